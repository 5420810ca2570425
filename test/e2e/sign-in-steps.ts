import type { Serving } from './built-gatehouse.ts';
import type { StatusWindow } from './person.ts';
import { MAIN, type Scene } from './scene.ts';
import { type Row, row, same } from './table.ts';

const CONNECTED_WITHIN_MS = 1000;

/** From an empty window to "Connected", by clicks alone. */
export async function signInByClicks(scene: Scene, serving: Serving): Promise<{ rows: Row[]; window: StatusWindow }> {
  const { person, browser, main, hunt, gatehouse } = scene;
  scene.say('A person adds the server in the window and signs in.');
  const window = await person.openWindow(serving.window);
  await window.addServer(MAIN, main.mcpUrl);
  await window.wordIs(MAIN, 'Sign in needed');
  const pagesBefore = browser.pages().length;
  await window.clickSignIn(MAIN);
  const authorizationUrl = await browser.pageAfter(pagesBefore);
  const connected = window.wordIs(MAIN, 'Connected');
  const signedIn = await person.signInOn(authorizationUrl);
  hunt.knows('code or state', ...signedIn.secrets);
  const ms = (await connected) - signedIn.callbackAt;
  hunt.saw('window', await window.everything());

  const { authorization } = await main.seen();
  const log = await gatehouse.log();
  const flow = log.find(({ event, server }) => event === 'flow.started' && server === MAIN);
  const signIn = row(
    'sign-in',
    [
      same('pages before the click', 0, pagesBefore),
      same('page by it', 1, browser.pages().length - pagesBefore),
      same('authorization', 1, authorization.authorizations),
      same('registration', 1, authorization.registrations),
      same('code exchange', 1, authorization.codeExchanges),
      [`callback page "Signed in to ${MAIN}"`, `"${signedIn.heading}"`, signedIn.heading === `Signed in to ${MAIN}`],
      [
        'no code in its address',
        new URL(signedIn.address).pathname.replace(/[^/]+$/, '…'),
        !/code=/.test(signedIn.address),
      ],
      [`Connected within ${CONNECTED_WITHIN_MS} ms`, `${ms} ms`, ms <= CONNECTED_WITHIN_MS],
    ],
    log.filter(({ correlationId }) => correlationId !== undefined && correlationId === flow?.correlationId),
  );

  const records = await hunt.lookInKeychain();
  const says = (await window.text()).includes('Logins are kept in the keychain');
  const keychain = row(
    'keychain',
    [same('record', 1, records), ['the window says so', says ? 'it does' : 'it does not', says]],
    log.filter(({ event }) => event === 'login.stored'),
  );
  return { rows: [signIn, keychain], window };
}
