import { withLongValues } from './long-values.ts';
import { type Keychain, serveKeychain } from './serve-keychain.ts';
import { WINDOWS_ITEM_BYTES } from './split-values.ts';

// Loaded at the first call, so that a machine without libsecret gets an answer instead of a worker that dies.
const load = async (): Promise<Keychain> => (await import('keytar')).default;

const keychain: Keychain = {
  getPassword: async (service, account) => (await load()).getPassword(service, account),
  setPassword: async (service, account, value) => (await load()).setPassword(service, account, value),
  deletePassword: async (service, account) => (await load()).deletePassword(service, account),
};

/** The only program that talks to the OS keychain. It runs in a process of its own: a call may hang, or crash. */
serveKeychain(process.platform === 'win32' ? withLongValues(keychain, WINDOWS_ITEM_BYTES) : keychain);
