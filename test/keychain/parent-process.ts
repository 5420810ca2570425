import { fileWorker, openTestVault } from './test-keychain.ts';

/** An engine that begins a write and is then killed by the test: `parent-process.ts <keychain folder> <pid file>`. */
const [folder = '', pidFile = ''] = process.argv.slice(2);
const vault = await openTestVault({ spawnWorker: fileWorker(folder), pidFile });
void vault.set('github/slow', 'written by the old one');
process.send?.('begun');
setInterval(() => undefined, 60_000);
