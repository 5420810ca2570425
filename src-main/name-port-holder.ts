import { basename, dirname } from 'node:path';
import { findPortHolder, type HolderFound } from './adapters/port-holder/port-holder.ts';
import { controlPath, ownerOf } from './control/owner-lock.ts';
import type { Problem } from './engine/model/problem.ts';

type PortBusy = Extract<Problem, { code: 'port-busy' }>;

/**
 * Says who has the port, as far as the system tells: another Gatehouse, by its own answer at its control socket, or any
 * other program.
 *
 * @param usualDataDir where a Gatehouse is looked for on systems that do not tell at which sockets a process listens
 */
export async function namePortHolder(problem: PortBusy, usualDataDir: string): Promise<PortBusy> {
  const holder = await holderWords(await findPortHolder(problem.port), usualDataDir);
  return holder === undefined ? problem : { ...problem, holder };
}

async function holderWords(found: HolderFound, usualDataDir: string): Promise<string | undefined> {
  if (!found) return undefined;
  if ('uid' in found) return `a program of another user (uid ${found.uid})`;
  const { pid, program, sockets } = found;
  const controlSockets = sockets.filter((path) => basename(path) === 'control.sock');
  for (const path of controlSockets.length > 0 ? controlSockets : [controlPath(usualDataDir)]) {
    if ((await ownerOf(path)) !== pid) continue;
    const dataDir = dirname(path);
    const where = path === controlPath(dataDir) ? `, data folder ${dataDir}` : '';
    return `another Gatehouse (process ${pid}${where})`;
  }
  return `${program} (process ${pid})`;
}
