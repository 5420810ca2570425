import { existsSync, readFileSync, rmSync, watch, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { withLongValues } from '../../src-main/adapters/keychain/long-values.ts';
import { type Keychain, serveKeychain } from '../../src-main/adapters/keychain/serve-keychain.ts';

/**
 * The worker with a folder as its keychain: an item is a file, and so is what goes wrong. `refuse` holds the text that
 * every call is refused with; while `hold` is there, calls whose `<operation> <account>` contains its text wait (`held` tells);
 * `hang` is a call that nothing ends; `crash` ends the process. `refuse-writes` holds how many writes are refused still.
 * With a second argument, an item of more bytes than that is refused.
 */
const [folder = '', maxItemBytes] = process.argv.slice(2);
const flag = (name: string): string | undefined => {
  const path = join(folder, name);
  return existsSync(path) ? readFileSync(path, 'utf8') : undefined;
};
const item = (account: string): string => join(folder, `item-${encodeURIComponent(account)}`);

function released(): Promise<void> {
  return new Promise((resolve) => {
    const look = (): void => {
      if (flag('hold') !== undefined) return;
      watcher.close();
      resolve();
    };
    const watcher = watch(folder, look);
    look();
  });
}

async function misbehave(call: string): Promise<void> {
  if (flag('crash') !== undefined) process.exit(3);
  if (flag('hang') !== undefined) await new Promise(() => setInterval(() => undefined, 60_000));
  const hold = flag('hold');
  if (hold !== undefined && call.includes(hold)) {
    writeFileSync(join(folder, 'held'), '');
    await released();
  }
  const refusal = flag('refuse');
  if (refusal !== undefined) throw new Error(refusal);
}

function refuseWrite(): void {
  const left = Number(flag('refuse-writes') ?? 0);
  if (left <= 0) return;
  writeFileSync(join(folder, 'refuse-writes'), String(left - 1));
  throw new Error('The keychain is out of sorts');
}

const keychain: Keychain = {
  async getPassword(_, account) {
    await misbehave(`get ${account}`);
    return flag(`item-${encodeURIComponent(account)}`) ?? null;
  },
  async setPassword(_, account, value) {
    await misbehave(`set ${account}`);
    refuseWrite();
    if (maxItemBytes !== undefined && Buffer.byteLength(value) > Number(maxItemBytes)) throw new Error('Too long');
    writeFileSync(item(account), value);
  },
  async deletePassword(_, account) {
    await misbehave(`delete ${account}`);
    const found = existsSync(item(account));
    rmSync(item(account), { force: true });
    return found;
  },
};

serveKeychain(maxItemBytes === undefined ? keychain : withLongValues(keychain, Number(maxItemBytes)));
