import { useWindow } from './store.ts';
import { texts } from './ui/texts.ts';

const VAULT_TEXT = { keychain: texts.foot.keychain, memory: texts.foot.memory, locked: texts.foot.locked } as const;

export function Footer() {
  const overview = useWindow((state) => state.overview);
  if (!overview) return null;
  return (
    <footer className="foot">
      <span>{overview.demo === 'running-here' ? texts.foot.demo : texts.foot.version(overview.version)}</span>
      <span>{VAULT_TEXT[overview.vault.kind]}</span>
    </footer>
  );
}
