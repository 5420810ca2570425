import { isServerName, SERVER_NAME_RULE } from '../engine/model/ids.ts';
import { fail, ok, type Result } from '../engine/model/result.ts';
import { type Question, question } from './question.ts';

/** The scheme that the installed app is registered for. */
export const DEEP_LINK_SCHEME = 'gatehouse';

/** What a link from a page or a program may ask for. Whoever follows it is asked before anything happens. */
export type DeepLink =
  | { readonly kind: 'sign-in'; readonly server: string }
  | { readonly kind: 'add-server'; readonly name: string; readonly url: string };

const LONGEST = 4096;

/**
 * `gatehouse://sign-in?server=NAME` or `gatehouse://add-server?name=NAME&url=ADDRESS`. Fails with `invalid-input`.
 * Anybody can write such a link, so nothing in it is taken that the window would not take from a person.
 */
export function parseDeepLink(text: string): Result<DeepLink> {
  if (text.length > LONGEST || !URL.canParse(text)) return refuse('It cannot be read.');
  const { protocol, host, pathname, searchParams } = new URL(text);
  if (protocol !== `${DEEP_LINK_SCHEME}:`) return refuse('It is not a gatehouse link.');
  // Linux and Windows hand it on as the browser wrote it, macOS with a slash behind the host.
  if (pathname !== '' && pathname !== '/') return refuse('It asks for something that Gatehouse does not know.');
  switch (host) {
    case 'sign-in': {
      const server = searchParams.get('server') ?? '';
      return isServerName(server)
        ? ok({ kind: 'sign-in', server })
        : refuse(`Its server has no name. ${SERVER_NAME_RULE}`);
    }
    case 'add-server': {
      const name = searchParams.get('name') ?? '';
      if (!isServerName(name)) return refuse(`Its server has no name. ${SERVER_NAME_RULE}`);
      const url = searchParams.get('url') ?? '';
      if (!URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol))
        return refuse('Its server has no web address.');
      // As it is parsed, so that no line break or invisible character shows another address than the one that is added.
      return ok({ kind: 'add-server', name, url: new URL(url).href });
    }
    default:
      return refuse('It asks for something that Gatehouse does not know.');
  }
}

/** The link among the words that a program was started with, if there is one. */
export function deepLinkIn(argv: readonly string[]): string | undefined {
  return argv.find((word) => word.toLowerCase().startsWith(`${DEEP_LINK_SCHEME}:`));
}

/** What is asked before a link is followed. */
export function linkQuestion(link: DeepLink): Question {
  switch (link.kind) {
    case 'sign-in':
      return question(
        `Sign in to ${link.server}?`,
        'A link asked for this. Your browser opens the sign-in page of that server.',
        ['Sign in', 'Cancel'],
      );
    case 'add-server':
      return question(
        `Add the server ${link.name}?`,
        `A link asked for this. Its address is ${link.url}\nAdd it only if you know who runs it.`,
        ['Add', 'Cancel'],
      );
  }
}

function refuse(detail: string): Result<never> {
  return fail({ code: 'invalid-input', detail });
}
