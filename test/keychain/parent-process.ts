import { fileWorker, openTestVault } from './test-keychain.ts';

/**
 * An engine that begins a write and is then killed by the test:
 * `parent-process.ts <keychain folder> <pid file> <value> [<bytes that an item holds>]`.
 */
const [folder = '', pidFile = '', value = '', ...maxItemBytes] = process.argv.slice(2);
const vault = await openTestVault({ spawnWorker: fileWorker(folder, ...maxItemBytes), pidFile });
void vault.set('github/slow', value);
process.send?.('begun');
setInterval(() => undefined, 60_000);
