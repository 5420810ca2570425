import type { ReactNode } from 'react';
import type { ServerRow } from '../../src-preload/contract.ts';
import { DayStrip } from '../history/day-strip.tsx';
import { CopyButton } from '../ui/copy-button.tsx';
import { texts } from '../ui/texts.ts';
import { formatTime } from '../ui/time.ts';
import { wordsFor } from '../ui/words.ts';

const { details: words } = texts;

/** Everything that the row cuts or leaves out. */
export function ServerDetails({ row, id }: { readonly row: ServerRow; readonly id: string }) {
  const { login } = row;
  const { word, sentence } = wordsFor(row.state, formatTime);
  return (
    <div className="row-more" id={id}>
      <DayStrip row={row} />
      <dl className="details">
        <Entry term={words.name}>{row.name}</Entry>
        <Entry term={words.state}>
          {word}. {sentence}
        </Entry>
        <Entry term={words.server}>
          <span className="mono">{row.command ?? row.url}</span>
        </Entry>
        <Entry term={words.endpoint}>
          <span className="mono">{row.endpoint}</span>{' '}
          <CopyButton kind="link" text={row.endpoint} name={`${texts.menu.copyEndpoint}: ${row.name}`} />
        </Entry>
        {login ? (
          <>
            {login.account ? <Entry term={words.account}>{login.account}</Entry> : null}
            <Entry term={words.issuer}>
              <span className="mono">{login.issuer}</span>
            </Entry>
            {login.scope ? (
              <Entry term={words.scopes}>
                {login.scope.split(' ').map((scope) => (
                  <span key={scope} className="chip mono">
                    {scope}
                  </span>
                ))}
              </Entry>
            ) : null}
            <Entry term={words.registration}>
              {words.registrationKind[login.registration]}
              {login.withoutPerson ? `, ${words.withoutPerson}` : ''},{' '}
              <span className="mono">{words.client(login.clientId)}</span>
            </Entry>
            {login.signedInAt === undefined ? null : (
              <Entry term={words.signedInSince}>
                {formatTime(login.signedInAt)}, {words.renewed(login.renewedCount)}
                {login.lastRenewedAt === undefined ? '' : `, ${words.lastRenewed(formatTime(login.lastRenewedAt))}`}
              </Entry>
            )}
          </>
        ) : null}
        <Entry term={words.calls}>
          {row.lastCallAt === undefined
            ? row.calls || words.none
            : words.callsAnd(row.calls, formatTime(row.lastCallAt))}
        </Entry>
      </dl>
    </div>
  );
}

function Entry({ term, children }: { readonly term: string; readonly children: ReactNode }) {
  return (
    <>
      <dt>{term}</dt>
      <dd>{children}</dd>
    </>
  );
}
