import type { BuiltGatehouse } from './built-gatehouse.ts';
import { reconnectFiftyTimes } from './fifty-steps.ts';
import { endLogin, heal } from './invalid-grant-steps.ts';
import { LaneCaller } from './lane-caller.ts';
import { outliveTokens } from './life-steps.ts';
import { followCorrelations, huntSecrets } from './log-steps.ts';
import { killAndExpire, refuseSecondEngine, restartInPeace } from './restart-steps.ts';
import { MAIN, type Scene, withScene } from './scene.ts';
import { signInByClicks } from './sign-in-steps.ts';
import type { Row } from './table.ts';

export interface RunOptions {
  readonly tokenTtlS: number;
  readonly say: (sentence: string) => void;
  /** Told of each row as soon as it is known: what comes before a failure is not lost. */
  readonly onRow: (row: Row) => void;
}

/** The main job, whole, on the built program, the real keychain and a real browser. Throws where it cannot go on. */
export async function runOAuthEndToEnd({ tokenTtlS, say, onRow }: RunOptions): Promise<void> {
  await withScene(tokenTtlS, say, async (scene) => {
    const { gatehouse, hunt, person } = scene;
    const first = await gatehouse.serve();
    const key = await callerKey(gatehouse);
    hunt.knows('caller key', key);
    const { rows, window } = await signInByClicks(scene, first);
    rows.forEach(onRow);

    const caller = new LaneCaller(first.url, MAIN, key);
    for (const row of await outliveTokens(scene, caller, window)) onRow(row);
    onRow(await refuseSecondEngine(scene, first));
    await caller.close();
    await window.page.close();

    const second = await restartInPeace(scene, first, key);
    onRow(second.row);
    const third = await killAndExpire(scene, second.serving, key);
    third.rows.forEach(onRow);
    for (const row of await reconnectFiftyTimes(scene)) onRow(row);

    const again = await person.openWindow(third.serving.window);
    const lateCaller = new LaneCaller(third.serving.url, MAIN, key);
    await lateCaller.call();
    onRow(await endLogin(scene, lateCaller, again));
    onRow(await heal(scene, lateCaller, again));
    await lateCaller.close();

    await stop(scene);
    for (const { process } of [first, second.serving, third.serving]) {
      hunt.saw('standard output', `${process.said.stdout}${process.said.stderr}`);
    }
    onRow(await followCorrelations(scene));
    onRow(await huntSecrets(scene));
  });
}

async function callerKey(gatehouse: BuiltGatehouse): Promise<string> {
  const { stdout, stderr } = await gatehouse.run('callers', 'add', 'end-to-end');
  const { key }: { key?: unknown } = JSON.parse(stdout || '{}');
  if (typeof key !== 'string') throw new Error(`No caller key was made: ${stderr}`);
  return key;
}

async function stop({ gatehouse, say }: Scene): Promise<void> {
  say('Gatehouse is stopped.');
  await gatehouse.run('stop');
}
