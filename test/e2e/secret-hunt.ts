import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { setInterval as every } from 'node:timers/promises';
import { promisify } from 'node:util';

/** Opaque tokens, codes, verifiers and keys are at least this long; ids of ours and hashes in hex are not like them. */
const LOOKS_SECRET =
  /(?<![A-Za-z0-9_-])(?=[A-Za-z0-9_-]*[A-Z])(?=[A-Za-z0-9_-]*[a-z])[A-Za-z0-9_-]{43,}(?![A-Za-z0-9_-])/;

const LOOKS_EVERY_MS = 400;

const LIST_KEYCHAIN = `import keytar from 'keytar';
console.log(JSON.stringify(await keytar.findCredentials('Gatehouse')));`;
const LISTINGS_IN_A_ROW = 5;

interface KeychainItem {
  readonly account: string;
  readonly password: string;
}

/**
 * Listed by a process of its own: an item that leaves the keychain in that moment fails the whole list, and may end the
 * process that lists.
 */
async function listKeychain(): Promise<readonly KeychainItem[]> {
  const args = ['--input-type=module', '--eval', LIST_KEYCHAIN];
  for (let listing = 1; ; listing += 1) {
    try {
      const { stdout } = await promisify(execFile)(process.execPath, args, { cwd: import.meta.dirname });
      return JSON.parse(stdout);
    } catch (error) {
      if (listing === LISTINGS_IN_A_ROW) throw error;
    }
  }
}

/** Knows every secret of the run that can be known from outside, and looks for them where none may be. */
export class SecretHunt {
  /** Secret -> what it is. */
  readonly #secrets = new Map<string, string>();
  readonly #places = new Map<string, Set<string>>();
  readonly #browser: string;

  /** @param browser the program that Gatehouse starts as the browser */
  constructor(browser: string) {
    this.#browser = browser;
  }

  knows(kind: string, ...secrets: readonly string[]): void {
    for (const secret of secrets) this.#secrets.set(secret, kind);
  }

  /** Remembers what stands in a place, to be searched at the end for secrets that are known only then. */
  saw(place: string, text: string): void {
    const texts = this.#places.get(place) ?? new Set<string>();
    this.#places.set(place, texts.add(text));
  }

  /** Takes the tokens from the keychain, where alone they may lie. Returns how many records there are. */
  async lookInKeychain(): Promise<number> {
    const found = await listKeychain();
    const records = found.filter(({ account }) => !account.endsWith('/sentinel'));
    for (const { password } of records) {
      for (const [, kind = '', secret = ''] of password.matchAll(/"(accessToken|refreshToken)":"([^"]+)"/g)) {
        this.knows(kind, secret);
      }
    }
    return records.length;
  }

  /** Looks into the keychain and at all programs again and again, so that what lives briefly is seen too. */
  watch(): () => Promise<void> {
    const watching = new AbortController();
    const done = (async () => {
      try {
        for await (const _ of every(LOOKS_EVERY_MS, undefined, { signal: watching.signal })) {
          await this.lookInKeychain();
          this.#lookAtPrograms();
        }
      } catch (error) {
        if (!watching.signal.aborted) throw error;
      }
    })();
    return async () => {
      watching.abort();
      await done;
    };
  }

  lookInFolder(place: string, folder: string): void {
    for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
      const file = path.join(folder, name);
      if (statSync(file).isFile()) this.saw(place, readFileSync(file, 'latin1'));
    }
  }

  #lookAtPrograms(): void {
    for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
      try {
        this.saw('command lines', this.#withoutBrowserState(readFileSync(`/proc/${pid}/cmdline`, 'utf8')));
        this.saw('environments', readFileSync(`/proc/${pid}/environ`, 'utf8'));
      } catch {
        // It has ended meanwhile, or is somebody else's.
      }
    }
  }

  /**
   * A browser is told on its command line where to go, on every system, and the `state` stands in that address. It is
   * worth nothing without the verifier and a code, and neither may be there.
   */
  #withoutBrowserState(commandLine: string): string {
    return commandLine.includes(this.#browser) ? commandLine.replace(/(?<=[?&]state=)[\w-]+/, '…') : commandLine;
  }

  /** Of the Authorization headers that an MCP server saw, how many the hunt knows the token of. */
  known(seenAuthorization: readonly string[]): number {
    const hashes = new Set([...this.#secrets.keys()].map((secret) => hashOf(`Bearer ${secret}`)));
    return seenAuthorization.filter((hash) => hashes.has(hash)).length;
  }

  get kinds(): string {
    const counts = new Map<string, number>();
    for (const kind of this.#secrets.values()) counts.set(kind, (counts.get(kind) ?? 0) + 1);
    return [...counts].map(([kind, count]) => `${count} ${kind}`).join(', ');
  }

  get places(): string {
    return [...this.#places.keys()].join(', ');
  }

  /** What was found where, without the secret itself. */
  finds(): string[] {
    return [...this.#places].flatMap(([place, texts]) => {
      const all = [...texts].join('\n');
      const known = [...this.#secrets].filter(([secret]) => all.includes(secret)).map(([, kind]) => kind);
      const looks = place === 'log' && LOOKS_SECRET.test(all) ? ['something that looks like a secret'] : [];
      return [...new Set([...known, ...looks])].map((what) => `${what} in ${place}`);
    });
  }
}

function hashOf(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 16);
}
