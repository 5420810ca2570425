import { startFixtureServer } from './fixture/fixture-server.ts';
import { House } from './house.ts';
import { startKeyShim } from './key-shim.ts';

/** How the suite reaches the fixture server. */
export const WAYS = ['direct', 'lane', '/mcp'] as const;

export type Way = (typeof WAYS)[number];

export interface ThreeWays {
  readonly urls: Readonly<Record<Way, string>>;
  close(): Promise<void>;
}

/** The fixture server, and the built program before it: its lane, and `/mcp` without a prefix. */
export async function openThreeWays(): Promise<ThreeWays> {
  const closing: (() => Promise<unknown>)[] = [];
  const close = async (): Promise<void> => {
    for (const end of closing.splice(0).reverse()) await end();
  };
  try {
    const fixture = await startFixtureServer();
    closing.push(() => fixture.close());
    const house = await House.open({ entry: { url: fixture.url }, env: {}, settings: { toolPrefix: 'when-several' } });
    closing.push(() => house.close());
    await house.settled();
    const lane = await startKeyShim(house.url, house.key);
    closing.push(() => lane.close());
    const all = await startKeyShim(new URL('/mcp', house.url), house.key);
    closing.push(() => all.close());
    return { urls: { direct: fixture.url, lane: lane.url, '/mcp': all.url }, close };
  } catch (error) {
    await close();
    throw error;
  }
}
