import { House } from './house.ts';
import { play } from './play.ts';
import { type Scenario, setupFor } from './scenario.ts';
import { connectTool } from './tool.ts';

/** More than any scenario may need: a limit has to be Gatehouse's, not this script's. */
const SIGN_INS_AT_MOST = 6;

/**
 * The suite's server is our upstream, an SDK's client our caller, and the person clicks wherever the row asks for it.
 * Resolves with what stood in the way, if anything did.
 */
export async function playScenario(scenario: Scenario): Promise<string | undefined> {
  let house: House | undefined;
  try {
    house = await House.open(setupFor(scenario));
    for (let signIns = 0; ; ) {
      if ((await house.asksForPerson()) && signIns < SIGN_INS_AT_MOST) {
        signIns += 1;
        await house.signIn();
        continue;
      }
      try {
        await callThrough(house, scenario);
        return undefined;
      } catch (error) {
        if (signIns >= SIGN_INS_AT_MOST || !(await house.asksForPerson())) throw error;
      }
    }
  } catch (error) {
    return `${error instanceof Error ? error.message : String(error)}\n${(await house?.word()) ?? ''}`;
  } finally {
    await house?.close();
  }
}

async function callThrough({ url, key }: House, scenario: Scenario): Promise<void> {
  const tool = await connectTool(url, key, scenario.revision);
  try {
    await play(tool, scenario);
  } finally {
    await tool.close();
  }
}
