import type { ServerName } from '../model/ids.ts';
import { sentenceFor } from '../model/words.ts';
import { checkOpenableUrl } from '../oauth/safe-url.ts';
import type { Browser, Logger } from '../ports.ts';
import type { FlowTrigger } from './browser-policy.ts';

export interface PageOpening {
  readonly browserOpened: boolean;
  readonly browserError?: string;
}

/** Opens the sign-in page, once more checked (F5), and says why where it could not. */
export async function openSignInPage(
  input: { readonly server: ServerName; readonly url: string; readonly trigger: FlowTrigger },
  { browser, logger }: { readonly browser: Browser; readonly logger: Logger },
): Promise<PageOpening> {
  const { server, url, trigger } = input;
  const openable = checkOpenableUrl(url);
  const opened = openable.ok ? await browser.open(url) : openable;
  if (!opened.ok) {
    logger.warn('browser.not-opened', { server, problem: opened.problem.code });
    return { browserOpened: false, browserError: sentenceFor(opened.problem) };
  }
  logger.info('browser.opened', { server, reason: trigger });
  return { browserOpened: true };
}
