import { afterEach, describe, expect, test } from 'vitest';
import { closeAllServers, modernCaller, openAllServers } from './all-servers.ts';

afterEach(closeAllServers);

const echo = { name: 'notes__echo', arguments: { message: 'hello' } };

/** A call that waits for a person who said that they would sign in; resolves when it waits. */
async function waitingCall() {
  const house = await openAllServers({ notes: 'sdk' });
  const client = await modernCaller(house, { elicitation: { url: {} } });
  await client.callTool(echo);
  await house.household.engine.logout('notes');
  client.setRequestHandler('elicitation/create', async () => ({ action: 'accept' as const }));
  const heard: { progress: number; message: string }[] = [];
  const call = client.callTool(echo, {
    // The SDK tells of its rounds here as well.
    onprogress: ({ progress, message = '' }) => {
      if (message.startsWith('notes:')) heard.push({ progress, message });
    },
    resetTimeoutOnProgress: true,
  });
  const ended = call.then(
    ({ content }) => JSON.stringify(content),
    (error: Error) => error.message,
  );
  await house.household.until(() => heard.length > 0, 'the call waits');
  return { ...house.household, household: house.household, heard, ended };
}

describe('a call that waits for a sign-in', () => {
  test('tells who wants to hear of progress again and again, with a number that grows', async () => {
    const { household, heard, ended } = await waitingCall();
    for (const times of [2, 3, 4]) {
      await household.clock.advance('15 s');
      await household.until(() => heard.length >= times, `told ${times} times`);
    }
    expect(heard.map(({ message }) => message)).toEqual(Array(4).fill('notes: waiting for the sign-in.'));
    const numbers = heard.map(({ progress }) => progress);
    expect(numbers).toEqual([...new Set(numbers)].sort((a, b) => a - b));
    await household.signInTo('notes');
    expect(await ended).toContain('hello');
  });

  test('ends with a sentence when the server is removed', async () => {
    const { household, ended } = await waitingCall();
    await household.engine.removeServer('notes');
    expect(await ended).toContain('There is no server "notes" here any more.');
  });

  test('ends with a sentence when the server is disabled', async () => {
    const { household, ended } = await waitingCall();
    await household.engine.setEnabled('notes', false);
    expect(await ended).toContain('notes: Disabled');
  });

  test('ends with the link again when nobody signed in for as long as a sign-in may take', async () => {
    const { household, ended } = await waitingCall();
    await household.clock.advance('11 min');
    expect(await ended).toMatch(/notes: Sign in needed\..*\/oauth\/start\//);
  });
});
