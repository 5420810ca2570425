import { useEffect } from 'react';
import { LoginToAll } from './login/login-to-all.tsx';
import { useRows } from './rows.ts';
import { headlineFor } from './servers/headline.ts';
import { useWindow } from './store.ts';
import { CopyButton } from './ui/copy-button.tsx';
import { GateIcon } from './ui/gate-icon.tsx';
import { texts } from './ui/texts.ts';

export function Header() {
  const rows = useRows();
  const link = useWindow((state) => state.link);
  const overview = useWindow((state) => state.overview);
  const isLoading = !overview && (link === 'open' || link === 'connecting');
  const headline = isLoading
    ? { face: 'working' as const, sentence: texts.link.connecting, counts: '' }
    : headlineFor(rows, link, overview?.vault.kind === 'locked');
  // In a browser's row of tabs it answers the same question.
  useEffect(() => {
    document.title = texts.titleFor(headline.sentence);
  }, [headline.sentence]);
  return (
    <header className="top">
      <GateIcon face={headline.face} />
      <div className="say" role="status">
        <h1>{headline.sentence}</h1>
        <p>{headline.counts}</p>
      </div>
      {overview && link === 'open' ? <LoginToAll /> : null}
      {overview ? (
        <div className="endpoint">
          <span className="endpoint-label">{texts.endpoint.label}</span>
          <span className="mono">{overview.endpoint}</span>
          <CopyButton kind="link" text={overview.endpoint} name={texts.endpoint.copy} />
        </div>
      ) : null}
    </header>
  );
}
