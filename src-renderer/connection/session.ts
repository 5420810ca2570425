import type { OnLink } from './link.ts';
import { untilNextTry } from './wait.ts';

const STORED_AS = 'gatehouse-window';
const CODE_IN_HASH = /^#code=([A-Za-z0-9_-]+)$/;

/**
 * The token of this window's session. The link's one-time code leaves the address bar before it is exchanged, so that it
 * stays in no history; the token lives in sessionStorage, so that a reload needs no fresh link.
 */
export async function openSession(onLink: OnLink): Promise<string | undefined> {
  // A fresh link pasted into this same tab changes only the hash and would load nothing.
  window.addEventListener('hashchange', () => {
    if (CODE_IN_HASH.test(location.hash)) location.reload();
  });
  const code = CODE_IN_HASH.exec(location.hash)?.[1];
  if (code) {
    history.replaceState(null, '', location.pathname);
    const token = await exchange(code, onLink);
    if (token) sessionStorage.setItem(STORED_AS, token);
  }
  return sessionStorage.getItem(STORED_AS) ?? undefined;
}

async function exchange(code: string, onLink: OnLink): Promise<string | undefined> {
  for (let failures = 0; ; failures += 1) {
    try {
      const response = await fetch('/api/session', {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ code }),
      });
      if (!response.ok) return undefined;
      const answer = (await response.json()) as { token?: unknown };
      return typeof answer.token === 'string' ? answer.token : undefined;
    } catch {
      onLink('gone');
      await untilNextTry(failures);
    }
  }
}
