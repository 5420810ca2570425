import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Logger } from '../../engine/ports.ts';
import { syncFolder, writeFileAtomic } from '../atomic-file.ts';

/** A record that was set aside keeps its name, followed by this. */
const ASIDE = '.unreadable';

/** The vault's folder. All but `read` reject with the system's error. */
export interface RecordFiles {
  readonly dir: string;
  /** Undefined where there is none. */
  read(name: string): Promise<string | undefined>;
  /** The previous text stands until the new one is whole on disk. */
  write(name: string, text: string): Promise<void>;
  /** Removes it, and what was set aside of it. */
  erase(name: string): Promise<void>;
  /** Keeps what cannot be read out of the way, and logs under which name. */
  setAside(name: string, why: string): Promise<void>;
  records(): Promise<string[]>;
  /** What a killed write left; only its owner may call this. */
  sweep(): Promise<void>;
}

const RECORD = /^[0-9a-f]{32}\.json$/;
const LEFTOVER = /^\..*\.tmp$/;

export async function openRecordFiles(dir: string, logger: Logger): Promise<RecordFiles> {
  await mkdir(dir, { recursive: true, mode: 0o700 });
  const path = (name: string): string => join(dir, name);
  return {
    dir,
    async read(name) {
      try {
        return await readFile(path(name), 'utf8');
      } catch (error) {
        if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
        throw error;
      }
    },
    write: (name, text) => writeFileAtomic(path(name), text),
    async erase(name) {
      const own = (await readdir(dir)).filter((found) => found === name || found.startsWith(`${name}${ASIDE}`));
      await Promise.all(own.map((found) => rm(path(found), { force: true })));
      await syncFolder(dir);
    },
    async setAside(name, why) {
      let aside = `${name}${ASIDE}`;
      for (let i = 2; existsSync(path(aside)); i += 1) aside = `${name}${ASIDE}-${i}`;
      await rename(path(name), path(aside));
      await syncFolder(dir);
      logger.error('vault.record-set-aside', { detail: `${name} ${why} and is kept as ${aside}` });
    },
    records: async () => (await readdir(dir)).filter((name) => RECORD.test(name)),
    async sweep() {
      const leftovers = (await readdir(dir)).filter((name) => LEFTOVER.test(name));
      await Promise.all(leftovers.map((name) => rm(path(name), { force: true })));
    },
  };
}
