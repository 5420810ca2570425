import type { LaneCaller } from './lane-caller.ts';
import type { StatusWindow } from './person.ts';
import { MAIN, type Scene, SECOND } from './scene.ts';
import { type Row, row, same } from './table.ts';
import { until } from './until.ts';

/** Enough for a loop to be seen: callers go on calling meanwhile. */
const WATCHED_CALLS = 5;
const TOLD_WITHIN_MS = 1000;

/** The authorization server ends the login for good; nothing but a person helps, and nothing but a person is asked. */
export async function endLogin(scene: Scene, caller: LaneCaller, window: StatusWindow): Promise<Row> {
  const { main, second, browser, gatehouse } = scene;
  scene.say('The authorization server answers invalid_grant from now on.');
  const before = await main.seen();
  const pagesBefore = browser.pages().length;
  const linesBefore = (await gatehouse.log()).length;
  await main.order('authorization', 'refuseRefresh', 'invalid_grant');
  await window.wordIs(MAIN, 'Sign in needed', scene.tokenTtlS * 1000 + 15_000);
  const callsBefore = caller.calls.length;
  caller.callEverySecond();
  await until('callers have called on', () => caller.calls.length >= callsBefore + WATCHED_CALLS);
  await caller.stop();
  const after = await main.seen();
  const told = caller.calls.slice(callsBefore).filter(({ failure }) => failure?.includes('ign in'));
  const slowest = Math.max(...caller.calls.slice(callsBefore).map(({ ms }) => ms));
  const log = (await gatehouse.log()).slice(linesBefore).filter(({ server }) => server === MAIN);
  const asked = log.filter(({ event, to }) => event === 'server.state-changed' && to === 'login-needed');
  const other = await gatehouse.status(SECOND);
  const { authorization: others } = await second.seen();
  return row(
    'invalid-grant',
    [
      same(
        'refresh attempt',
        1,
        after.authorization.refreshAttempts -
          before.authorization.refreshAttempts -
          (after.authorization.refreshes - before.authorization.refreshes),
      ),
      same('sign-in asked', 1, asked.length),
      same('pages', 0, browser.pages().length - pagesBefore),
      same('authorizations', 0, after.authorization.authorizations - before.authorization.authorizations),
      same('calls told so', caller.calls.length - callsBefore, told.length),
      [`each within ${TOLD_WITHIN_MS} ms`, `each within ${slowest} ms`, slowest <= TOLD_WITHIN_MS],
      same('is the other server', 'ready', String(other?.state)),
      same('refreshes of it that failed', 0, others.refreshAttempts - others.refreshes),
    ],
    log.filter(
      ({ event }) => event.startsWith('refresh.') || event.startsWith('login.') || event === 'server.state-changed',
    ),
  );
}

export async function heal(scene: Scene, caller: LaneCaller, window: StatusWindow): Promise<Row> {
  const { main, browser, person, hunt, gatehouse } = scene;
  scene.say('The person signs in again by a click.');
  await main.order('authorization', 'behave');
  await main.order('authorization', 'accessTokensLiveS', scene.tokenTtlS);
  const before = await main.seen();
  const pagesBefore = browser.pages().length;
  const linesBefore = (await gatehouse.log()).length;
  await window.clickSignIn(MAIN);
  const signedIn = await person.signInOn(await browser.pageAfter(pagesBefore));
  hunt.knows('code or state', ...signedIn.secrets);
  await window.wordIs(MAIN, 'Connected');
  const { failure } = await caller.call();
  const after = await main.seen();
  hunt.saw('window', await window.everything());
  const log = (await gatehouse.log()).slice(linesBefore);
  return row(
    'healed',
    [
      same('page', 1, browser.pages().length - pagesBefore),
      same('code exchange', 1, after.authorization.codeExchanges - before.authorization.codeExchanges),
      same('new registrations', 0, after.authorization.registrations - before.authorization.registrations),
      ['the next call answered', failure ?? 'answered', failure === undefined],
    ],
    log.filter(({ event }) => event.startsWith('flow.') || event === 'login.stored'),
  );
}
