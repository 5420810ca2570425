import { createReadPassphrase } from '../../src-main/adapters/file-vault/passphrase.ts';
import { openFileVault } from '../../src-main/adapters/file-vault/vault.ts';
import { Secret } from '../../src-main/engine/model/secret.ts';
import { createRecordingLogger } from '../fakes/recording-logger.ts';
import { PASSPHRASE } from './file-vault-fixture.ts';

/** A process that the system lets write only small files; prints what the vault answered to a long value. */
const opened = await openFileVault({
  dataDir: process.argv[2] ?? '',
  dataFolderId: 'folder-1',
  readPassphrase: createReadPassphrase({ given: new Secret(PASSPHRASE) }),
  logger: createRecordingLogger(),
});
process.stdout.write(JSON.stringify(opened.ok ? await opened.value.set('k/1', 'x'.repeat(5_000)) : opened.problem));
