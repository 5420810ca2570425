import { readFile, stat } from 'node:fs/promises';
import { fail, ok, type Result } from '../../engine/model/result.ts';
import { Secret } from '../../engine/model/secret.ts';

export const PASSPHRASE_VARIABLE = 'GATEHOUSE_VAULT_PASSPHRASE';
const SHORTEST_NEW = 8;

/** `isNew`: there is no vault yet, so that a person is asked twice. */
export type ReadPassphrase = (isNew: boolean) => Promise<Result<Secret>>;

export interface PassphraseSources {
  /** `--passphrase-file`: its first line. */
  readonly file?: string;
  /** What `takePassphrase` found. */
  readonly given?: Secret;
  /** One line that is not shown; undefined where nobody sits at a terminal. */
  readonly ask?: (prompt: string) => Promise<string>;
}

/** Takes the passphrase out of the environment, so that no child, no `${...}` of the configuration and no dump has it. */
export function takePassphrase(env: NodeJS.ProcessEnv): Secret | undefined {
  const value = env[PASSPHRASE_VARIABLE];
  delete env[PASSPHRASE_VARIABLE];
  return value ? new Secret(value) : undefined;
}

/** The file goes before the environment, and that before a person at the terminal. Fails with `invalid-input`. */
export function createReadPassphrase({ file, given, ask }: PassphraseSources): ReadPassphrase {
  const read = async (isNew: boolean): Promise<Result<string>> => {
    if (file !== undefined) return fromFile(file);
    if (given) return ok(given.reveal());
    if (ask) return fromPerson(ask, isNew);
    return refuse(
      `The encrypted vault needs its passphrase: start at a terminal, or use --passphrase-file or ${PASSPHRASE_VARIABLE}.`,
    );
  };
  return async (isNew) => {
    const passphrase = await read(isNew);
    if (!passphrase.ok) return passphrase;
    if (passphrase.value === '') return refuse('The passphrase is empty.');
    if (isNew && [...passphrase.value].length < SHORTEST_NEW) {
      return refuse(`A new passphrase needs at least ${SHORTEST_NEW} characters.`);
    }
    return ok(new Secret(passphrase.value));
  };
}

async function fromFile(path: string): Promise<Result<string>> {
  try {
    const text = await readFile(path, 'utf8');
    const { mode } = await stat(path);
    // As with SSH keys: what others can read is no secret. Windows has no such bits.
    if (process.platform !== 'win32' && (mode & 0o077) !== 0) {
      return refuse(`Others can read ${path}. Make it yours alone (chmod 600).`);
    }
    return ok(text.split(/\r?\n/, 1)[0] ?? '');
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return refuse(`The passphrase could not be read: ${why}.`);
  }
}

async function fromPerson(ask: (prompt: string) => Promise<string>, isNew: boolean): Promise<Result<string>> {
  if (!isNew) return ok(await ask('Passphrase of the vault (not shown): '));
  const first = await ask('New passphrase for the vault (not shown): ');
  if (first === '') return ok('');
  return (await ask('The same once more: ')) === first ? ok(first) : refuse('The two passphrases differ.');
}

function refuse(detail: string): Result<never> {
  return fail({ code: 'invalid-input', detail });
}
