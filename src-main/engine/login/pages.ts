import type { Problem } from '../model/problem.ts';
import { sentenceFor } from '../model/words.ts';
import type { FlowOutcome } from './flow-coordinator.ts';

/** The pages that a browser shows at our own addresses. No script, no address of anybody else. */
export const PAGE_HEADERS: Readonly<Record<string, string>> = {
  'content-type': 'text/html; charset=utf-8',
  'cache-control': 'no-store',
  'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; frame-ancestors 'none'",
  'x-content-type-options': 'nosniff',
};

const STYLE =
  'body{font:16px/24px system-ui,sans-serif;max-width:34em;margin:16vh auto;padding:0 24px;color:#1b1b19;background:#fbfbfa}' +
  'h1{font-size:22px;line-height:28px}button{font:inherit;font-weight:500;padding:8px 16px;border:0;border-radius:8px;background:#1b1b19;color:#fff;cursor:pointer}' +
  'button:focus-visible{outline:2px solid #2563eb;outline-offset:2px}' +
  '@media(prefers-color-scheme:dark){body{color:#eeede9;background:#161615}button{background:#eeede9;color:#1b1b19}}';

function page(title: string, ...paragraphs: string[]): string {
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1"><title>${escapeHtml(title)}</title><style>${STYLE}</style></head><body><main><h1>${escapeHtml(title)}</h1>${paragraphs.join('')}</main></body></html>`;
}

/** What happened, told truthfully (F6): success is claimed only when the login is stored. */
export function outcomePage(server: string | undefined, outcome: FlowOutcome): string {
  if (outcome.ok) {
    return page(
      // Which server it was is always known of a good end.
      `Signed in to ${server ?? 'the server'}`,
      text('Gatehouse keeps this login alive. You can close this page.'),
    );
  }
  return page(titleFor(outcome.problem), text(sentenceFor(outcome.problem)), text('You can start again in Gatehouse.'));
}

export function unknownPage(): string {
  return page('Nothing to sign in here', text(sentenceFor({ code: 'unknown-state' })));
}

/** A caller's link that this run did not give out: links end with the program, sign-ins under way do not. */
export function oldStartLinkPage(): string {
  return page(
    'Nothing to sign in here',
    text('This link is from before Gatehouse was started, or of a server that was removed.'),
    text('Let your tool try again for a new link, or sign in from the Gatehouse window.'),
  );
}

/** Asks before it begins: fetching this page ahead starts nothing. */
export function startPage(server: string): string {
  return page(
    `Sign in to ${server}`,
    text('One of your tools asked Gatehouse for this server, which wants you to sign in.'),
    '<form method="post"><button>Continue</button></form>',
  );
}

function titleFor(problem: Problem): string {
  switch (problem.code) {
    case 'authorization-refused':
      return 'Access was refused';
    case 'flow-expired':
    case 'flow-superseded':
    case 'flow-cancelled':
      return 'This sign-in is over';
    default:
      return 'Not signed in';
  }
}

function text(sentence: string): string {
  return `<p>${escapeHtml(sentence)}</p>`;
}

function escapeHtml(value: string): string {
  return value.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
