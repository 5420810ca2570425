import { UrlElicitationRequiredError } from '@modelcontextprotocol/sdk/types.js';
import { afterEach, describe, expect, test } from 'vitest';
import { signIn } from '../../servers/sign-in.ts';
import { type AllServers, closeAllServers, legacyCaller, modernCaller, openAllServers } from './all-servers.ts';

afterEach(closeAllServers);

const echo = { name: 'notes__echo', arguments: { message: 'hello' } };
const hello = [{ type: 'text', text: 'hello' }];

/** Signed out again, so that callers know the tools. */
async function signedOut(open: (house: AllServers) => Promise<{ listTools(): Promise<unknown> }>): Promise<AllServers> {
  const house = await openAllServers({ notes: 'sdk' });
  await (await open(house)).listTools();
  await house.household.engine.logout('notes');
  return house;
}

/** What the person does with the link: Continue, then the sign-in page. */
async function follow(link: string): Promise<void> {
  const page = await fetch(link);
  expect(await page.text()).toContain('Continue');
  const clicked = await fetch(link, { method: 'POST', redirect: 'manual' });
  await signIn(clicked.headers.get('location') ?? '');
}

describe('E2 a caller that can show its person a link', () => {
  test('of 2026-07-28 is asked by input_required, and the call goes on by itself after the sign-in', async () => {
    const elicitation = { elicitation: { url: {} } };
    const house = await signedOut((opened) => modernCaller(opened, elicitation));
    const client = await modernCaller(house, elicitation);
    client.setRequestHandler('elicitation/create', async ({ params }) => {
      if (params.mode !== 'url') throw new Error('a link was expected');
      expect(params.message).toContain('notes: Sign in needed.');
      // The person takes a while; the call is back before the sign-in is done.
      void follow(params.url);
      return { action: 'accept' };
    });
    expect((await client.callTool(echo)).content).toEqual(hello);
    expect(house.household.state('notes').kind).toBe('ready');
  });

  test('of 2026-07-28 that says no gets the error with the link, once', async () => {
    const elicitation = { elicitation: { url: {} } };
    const house = await signedOut((opened) => modernCaller(opened, elicitation));
    const client = await modernCaller(house, elicitation);
    let asked = 0;
    client.setRequestHandler('elicitation/create', async () => {
      asked += 1;
      return { action: 'decline' };
    });
    await expect(client.callTool(echo)).rejects.toThrow(/notes: Sign in needed\..*\/oauth\/start\//);
    expect(asked).toBe(1);
  });

  test('of 2025-11-25 gets the error -32042 with the link, and is told when the sign-in is done', async () => {
    const elicitation = { elicitation: { form: {}, url: {} } };
    const house = await signedOut((opened) => legacyCaller(opened, elicitation));
    const client = await legacyCaller(house, elicitation);
    const told = new Promise<string>((resolve) => {
      client.fallbackNotificationHandler = async ({ method, params }) => {
        if (method === 'notifications/elicitation/complete') resolve(String(params?.elicitationId));
      };
    });
    const refused = await client.callTool(echo).catch((error: unknown) => error);
    if (!(refused instanceof UrlElicitationRequiredError)) throw new Error(`not asked: ${String(refused)}`);
    const [asked] = refused.elicitations;
    await follow(asked?.url ?? '');
    expect(await told).toBe(asked?.elicitationId);
    expect((await client.callTool(echo)).content).toEqual(hello);
  });

  test('to fetch the link ahead starts nothing', async () => {
    const elicitation = { elicitation: { form: {}, url: {} } };
    const house = await signedOut((opened) => legacyCaller(opened, elicitation));
    const client = await legacyCaller(house, elicitation);
    const refused = await client.callTool(echo).catch((error: unknown) => error);
    if (!(refused instanceof UrlElicitationRequiredError)) throw new Error('not asked');
    await fetch(refused.elicitations[0]?.url ?? '');
    expect(house.household.state('notes').kind).toBe('login-needed');
  });
});
