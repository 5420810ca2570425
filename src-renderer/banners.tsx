import { useState } from 'react';
import type { ServerRow } from '../src-preload/contract.ts';
import { useRows } from './rows.ts';
import { useWindow } from './store.ts';
import { Banner } from './ui/banner.tsx';
import { Button } from './ui/button.tsx';
import { LockIcon, PausedIcon, WarningIcon } from './ui/icons.tsx';
import { texts } from './ui/texts.ts';
import { actionLabel, sentenceFor } from './ui/words.ts';

const { banner: words } = texts;

/** What concerns all servers at once. One cause, one message, at most one button. */
export function Banners() {
  const rows = useRows();
  const overview = useWindow((state) => state.overview);
  const vault = overview?.vault;
  const isLocked = vault?.kind === 'locked' || rows.some((row) => row.state.kind === 'locked');
  return (
    <>
      {isLocked ? <LockedBanner /> : null}
      {vault?.kind === 'memory' && vault.why === 'no-keychain' ? (
        <Banner tone="need" icon={<WarningIcon />} title={words.memoryTitle}>
          {words.memoryText} {vault.detail}
        </Banner>
      ) : null}
      {vault?.kind === 'keychain' && vault.isVolatile ? (
        <Banner tone="need" icon={<WarningIcon />} title={words.volatileTitle}>
          {words.volatileText}
        </Banner>
      ) : null}
      {overview?.configProblem ? (
        <Banner tone="need" icon={<WarningIcon />} title={words.configTitle}>
          {sentenceFor(overview.configProblem)}
        </Banner>
      ) : null}
      <PausedBanner rows={rows} />
    </>
  );
}

function LockedBanner() {
  const [isBusy, setBusy] = useState(false);
  const [note, setNote] = useState<string>();
  const unlock = async () => {
    setBusy(true);
    const reply = await useWindow.getState().client?.unlockVault({});
    setBusy(false);
    if (!reply) return;
    if (!reply.ok) setNote(sentenceFor(reply.problem));
    else setNote(reply.value.kind === 'locked' ? words.stillLocked : undefined);
  };
  return (
    <Banner
      tone="need"
      icon={<LockIcon />}
      title={words.lockedTitle}
      action={
        <Button kind="filled" isPending={isBusy} onPress={() => void unlock()}>
          {actionLabel('unlock')}
        </Button>
      }
    >
      {words.lockedText} {note}
    </Banner>
  );
}

function PausedBanner({ rows }: { readonly rows: readonly ServerRow[] }) {
  const paused = rows.filter((row) => row.state.kind === 'paused');
  if (paused.length === 0) return null;
  const isAll = rows.every((row) => row.state.kind === 'paused' || row.state.kind === 'disabled');
  return (
    <Banner
      tone="calm"
      icon={<PausedIcon />}
      title={isAll ? words.pausedTitle : words.somePausedTitle(paused.map((row) => row.name))}
      action={<Button onPress={() => void useWindow.getState().client?.resume({})}>{actionLabel('resume')}</Button>}
    >
      {words.pausedText}
    </Banner>
  );
}
