import type { Rectangle } from 'electron';
import Store from 'electron-store';

/** What only the app knows. Servers and logins are not here: `config.json` and the vault have them. */
interface AppState {
  windowBounds?: Rectangle;
  theme: 'system' | 'light' | 'dark';
  language: 'system' | 'en' | 'de';
}

export type AppStateFile = Store<AppState>;

/** `app-state.json` in Electron's user data folder. A broken one is not worth a question: it starts afresh. */
export function openAppState(): AppStateFile {
  return new Store<AppState>({
    name: 'app-state',
    defaults: { theme: 'system', language: 'system' },
    clearInvalidConfig: true,
  });
}
