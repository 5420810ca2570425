import type { Snapshot } from '../src-preload/contract.ts';
import { useWindow } from './store.ts';
import { texts } from './ui/texts.ts';

/** Where logins are kept, in a sentence. */
export function vaultText(vault: Snapshot['vault']): string {
  return vault.kind === 'keychain' && vault.isVolatile ? texts.foot.volatile : texts.foot[vault.kind];
}

export function Footer() {
  const overview = useWindow((state) => state.overview);
  if (!overview) return null;
  return (
    <footer className="foot">
      <span>{overview.demo === 'running-here' ? texts.foot.demo : texts.foot.version(overview.version)}</span>
      <span>{vaultText(overview.vault)}</span>
    </footer>
  );
}
