import { app, dialog } from 'electron';
import type { Handlers } from '../../src-preload/derive.ts';
import type { Problem } from '../engine/model/problem.ts';
import { sentenceFor } from '../engine/model/words.ts';
import { DEEP_LINK_SCHEME, type DeepLink, deepLinkIn, linkQuestion, parseDeepLink } from './deep-link.ts';
import { isConfirmed } from './question.ts';

export interface DeepLinks {
  /** Follows what came and what comes, one after the other, each only after the person has said yes. */
  follow(handlers: Pick<Handlers, 'startLogin' | 'addServer'>): void;
}

/** Collects links from the first moment: macOS hands one over before `ready`, the others as a word of the command line. */
export function collectDeepLinks(argv: readonly string[]): DeepLinks {
  const waiting: string[] = [];
  let take = (text: string): void => void waiting.push(text);
  const first = deepLinkIn(argv);
  if (first !== undefined) take(first);
  app.on('open-url', (event, url) => {
    event.preventDefault();
    take(url);
  });
  app.on('second-instance', (_event, words) => {
    const link = deepLinkIn(words);
    if (link !== undefined) take(link);
  });
  // The package tells macOS and Linux; Windows learns it here. A checkout registers nothing.
  if (app.isPackaged) app.setAsDefaultProtocolClient(DEEP_LINK_SCHEME);

  return {
    follow: (handlers) => {
      let last: Promise<void> = Promise.resolve();
      take = (text) => {
        last = last.then(() => followOne(text, handlers));
      };
      for (const text of waiting.splice(0)) take(text);
    },
  };
}

async function followOne(text: string, handlers: Pick<Handlers, 'startLogin' | 'addServer'>): Promise<void> {
  const link = parseDeepLink(text);
  if (!link.ok) return say('This link cannot be followed', link.problem);
  const { response } = await dialog.showMessageBox(linkQuestion(link.value));
  if (!isConfirmed(response)) return;
  const done = await act(link.value, handlers);
  if (!done.ok)
    say(link.value.kind === 'sign-in' ? 'No sign-in was started' : 'The server was not added', done.problem);
}

function act(link: DeepLink, handlers: Pick<Handlers, 'startLogin' | 'addServer'>) {
  switch (link.kind) {
    case 'sign-in':
      return handlers.startLogin({ name: link.server, openBrowser: true });
    case 'add-server':
      return handlers.addServer({ name: link.name, url: link.url });
  }
}

function say(title: string, problem: Problem): void {
  dialog.showErrorBox(title, sentenceFor(problem));
}
