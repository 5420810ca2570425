import { type Client, createClient } from '../../src-preload/derive.ts';
import { createHttpTransport } from './http-transport.ts';
import type { OnLink } from './link.ts';
import { preloadTransport } from './preload-transport.ts';
import { openSession } from './session.ts';

/** The engine, whichever way this window reaches it: the preload in Electron, otherwise HTTP at its own origin. */
export async function connectEngine(onLink: OnLink): Promise<Client> {
  const fromPreload = preloadTransport(onLink);
  if (fromPreload) {
    const client = createClient(fromPreload);
    client.on('link', onLink);
    onLink('open');
    return client;
  }
  return createClient(createHttpTransport(await openSession(onLink), onLink));
}
