import { type Destination, openSessionBus } from '../session-bus.ts';

/**
 * What can be seen of the keychain without a prompt. `volatile`: unlocked, and its default collection is gone at the end
 * of the session. `unknown`: nothing answers, or there is no default collection.
 */
export type SecretServiceLook = 'unlocked' | 'locked' | 'volatile' | 'unknown';

const SERVICE = 'org.freedesktop.secrets';
const SECRETS: Destination = {
  service: SERVICE,
  path: '/org/freedesktop/secrets',
  interface: 'org.freedesktop.Secret.Service',
};
/** Secret Service API, "Collections": kept in memory only. */
const SESSION_COLLECTION = '/org/freedesktop/secrets/collection/session';
const LIMIT_MS = 2_000;

/** Linux: asks the session bus, and starts nothing there. keytar can tell none of this. */
export async function lookAtSecretService(env: NodeJS.ProcessEnv): Promise<SecretServiceLook> {
  const bus = await openSessionBus(env, LIMIT_MS);
  if (!bus) return 'unknown';
  try {
    const collection = await bus.call(SECRETS, 'ReadAlias', ['default']);
    if (typeof collection !== 'string' || collection === '/' || collection === '') return 'unknown';
    const properties = { service: SERVICE, path: collection, interface: 'org.freedesktop.DBus.Properties' };
    const isLocked = await bus.call(properties, 'Get', ['org.freedesktop.Secret.Collection', 'Locked']);
    if (typeof isLocked !== 'boolean') return 'unknown';
    if (isLocked) return 'locked';
    return collection === SESSION_COLLECTION ? 'volatile' : 'unlocked';
  } finally {
    bus.close();
  }
}
