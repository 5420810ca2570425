import path from 'node:path';
import { type Import, importsOf, withoutComments, withoutStrings } from './imports.ts';

/** One place that breaks a rule, with what to do instead. */
export interface Breach {
  readonly file: string;
  readonly line: number;
  readonly message: string;
}

interface Room {
  readonly name: string;
  /** The first room whose pattern fits a file is the room it is in. */
  readonly files: RegExp;
  /** The rooms it may know besides itself. */
  readonly knows: readonly string[];
  readonly instead: string;
}

const ENGINE_STAIRS = ['model', 'ports', 'engine floor', 'oauth', 'tokens', 'login', 'upstream', 'endpoint'];

function stair(name: string): Room {
  return {
    name,
    files: new RegExp(`^src-main/engine/${name}/`),
    knows: ENGINE_STAIRS.slice(0, ENGINE_STAIRS.indexOf(name)),
    instead: 'declare the narrow interface that it needs and let engine.ts hand it in',
  };
}

/** "Who may know whom": model <- ports <- oauth <- tokens <- login <- upstream <- endpoint <- engine.ts <- entries. */
const ROOMS: readonly Room[] = [
  {
    name: 'model',
    files: /^src-main\/engine\/model\//,
    knows: [],
    instead: 'move what it needs into model/ if it is pure data, or pass a value in',
  },
  {
    name: 'ports',
    files: /^src-main\/engine\/ports\.ts$/,
    knows: ['model'],
    instead: 'a port is an interface over the model: describe it with types of model/',
  },
  {
    name: 'engine floor',
    files: /^src-main\/engine\/(?:at-most|correlation|oauth-log)\.ts$/,
    knows: ['model', 'ports'],
    instead: 'every room of the engine stands on these, so they stand on model and ports alone',
  },
  {
    name: 'config',
    files: /^src-main\/engine\/config\//,
    knows: ['model'],
    instead: 'configuration is text in, values out; reading and writing files is for adapters/config-file.ts',
  },
  ...['oauth', 'tokens', 'login', 'upstream', 'endpoint'].map(stair),
  {
    name: 'engine',
    files: /^src-main\/engine\//,
    knows: [...ENGINE_STAIRS, 'config'],
    instead: 'the engine takes a port; main.ts and headless.ts hand it the adapter',
  },
  {
    name: 'adapters',
    files: /^src-main\/adapters\//,
    knows: ['model', 'ports', 'config'],
    instead: 'an adapter implements a port and knows nothing above it; pass values or a callback in',
  },
  {
    name: 'control',
    files: /^src-main\/control\//,
    knows: ['model', 'ports', 'engine', 'src-preload'],
    instead: 'control speaks the contract to the Engine interface of engine.ts; what else it needs is handed in',
  },
  {
    name: 'shell',
    files: /^src-main\/shell\//,
    knows: ['model', 'ports', 'engine', 'src-preload'],
    instead: 'the shell is a thin door to Electron; main.ts hands it the engine and callbacks',
  },
  {
    name: 'cli entry',
    files: /^src-main\/cli\/gatehouse\.ts$/,
    knows: ['model', 'adapters', 'control', 'cli', 'entries'],
    instead: 'gatehouse.ts makes adapters and hands them to the commands; the engine is started by headless.ts',
  },
  {
    name: 'cli entry',
    files: /^src-main\/cli\/gatehouse\.ts$/,
    knows: ['model', 'ports', 'control', 'src-preload', 'adapters', 'cli', 'entries'],
    instead: 'it wires the commands and nothing else',
  },
  {
    name: 'cli',
    files: /^src-main\/cli\//,
    knows: ['model', 'control', 'src-preload', 'entries'],
    instead: 'a command talks to the running engine through the control client, or starts headless.ts',
  },
  {
    name: 'entries',
    files: /^src-main\/[^/]+\.ts$/,
    knows: [...ENGINE_STAIRS, 'config', 'engine', 'adapters', 'control', 'shell', 'src-preload'],
    instead: 'an entry wires rooms together and knows neither the CLI nor the renderer',
  },
  {
    name: 'src-preload',
    files: /^src-preload\//,
    knows: ['model'],
    instead: 'the contract is made of model types; add the call to contract.ts and implement it on the other side',
  },
  {
    name: 'src-renderer',
    files: /^src-renderer\//,
    knows: ['src-preload', 'model'],
    instead: 'the window sees the engine only through the contract: add a call to src-preload/contract.ts',
  },
];

interface Door {
  readonly packages: RegExp;
  readonly open: RegExp;
  /** Where `import type` may name it too. */
  readonly openForTypes?: RegExp;
  readonly instead: string;
}

/** "One door": each outside thing, where it may be imported, and what to take elsewhere. */
const DOORS: readonly Door[] = [
  {
    packages: /^electron(?:-store|-log\/main)?(?:\/|$)/,
    open: /^src-main\/(?:shell\/|main\.ts$)|^src-preload\/preload\.ts$/,
    instead: 'take a port or a callback from main.ts',
  },
  {
    packages: /^electron-updater(?:\/|$)/,
    open: /^src-main\/(?:shell\/|main\.ts$)/,
    instead: 'only the packaged app updates itself; take Updates of shell/updates.ts',
  },
  {
    packages: /^electron-log(?:\/|$)/,
    open: /^src-main\/(?:adapters|shell)\//,
    instead: 'take a Logger',
  },
  { packages: /^keytar$/, open: /^src-main\/adapters\/keychain\//, instead: 'take a Vault' },
  {
    packages: /^(?:openid-client|oauth4webapi)(?:\/|$)/,
    open: /^src-main\/engine\/oauth\//,
    instead: 'call our function of engine/oauth/ that is named after the RFC step',
  },
  {
    packages: /^@modelcontextprotocol\//,
    open: /^src-main\/(?:engine\/upstream\/|engine\/endpoint\/aggregate\/|cli\/stdio)/,
    instead: 'pass plain JSON-RPC values',
  },
  {
    packages: /^undici(?:\/|$)/,
    open: /^src-main\/adapters\//,
    openForTypes: /^src-main\/engine\/(?:endpoint\/|ports\.ts$)/,
    instead: 'take Http, or the dispatcher that the entry hands in (import type is allowed in engine/endpoint)',
  },
  {
    packages: /^zod(?:\/|$)/,
    // login-record.ts and flow-record.ts parse what the vault gives back; no-eval.ts tells zod what the window's CSP forbids.
    open: /^src-main\/(?:engine\/config\/|engine\/oauth\/|engine\/tokens\/login-record\.ts$|engine\/login\/flow-record\.ts$|control\/)|^src-preload\/|^src-renderer\/no-eval\.ts$/,
    instead: 'parse at the edge (engine/config, engine/oauth, control, src-preload) and pass typed values',
  },
];

interface ForbiddenWord {
  readonly word: RegExp;
  readonly files: RegExp;
  readonly except?: RegExp;
  readonly instead: string;
}

const ENGINE = /^src-main\/engine\//;

const FORBIDDEN_WORDS: readonly ForbiddenWord[] = [
  {
    word: /(?<![.\w$])(?:Date\.now\b|new Date\(\s*\)|Date\(\s*\)|performance\.now\b|process\.hrtime\b)/,
    files: ENGINE,
    instead: 'take Clock and call now() or monotonicMs()',
  },
  {
    word: /(?<![\w$])(?:(?<!\.)(?:setTimeout|setInterval|setImmediate)|(?:globalThis|window)\.(?:setTimeout|setInterval|setImmediate)|AbortSignal\.timeout)\b/,
    files: ENGINE,
    instead: 'take Clock and call setAlarm()',
  },
  {
    word: /\b(?:Math\.random|randomUUID|randomBytes|randomInt|getRandomValues)\b/,
    files: ENGINE,
    instead: 'take Random',
  },
  {
    word: /(?<![.\w$])fetch\s*\(|\bglobalThis\.fetch\b|[:=(,]\s*fetch\s*[,;)}]/,
    files: ENGINE,
    instead: 'take Http',
  },
  {
    word: /\bnew BrowserWindow\b/,
    files: /^src-/,
    except: /^src-main\/shell\/status-window\.ts$/,
    instead: 'show it in the one window, whose options are the safe ones',
  },
  {
    word: /\b(?:nodeIntegration\w*|webviewTag|allowRunningInsecureContent|experimentalFeatures): true\b|\b(?:contextIsolation|sandbox|webSecurity): false\b/,
    files: /^src-/,
    instead: 'leave the window as safe as it is: what it needs goes through the contract',
  },
  {
    word: /\bipcMain\b/,
    files: /^src-/,
    except: /^src-main\/shell\/ipc\.ts$/,
    instead: 'add a line to src-preload/contract.ts; shell/ipc.ts serves it',
  },
  {
    word: /\bipcRenderer\b/,
    files: /^src-/,
    except: /^src-preload\/preload\.ts$/,
    instead: 'add a line to src-preload/contract.ts; preload.ts exposes it',
  },
];

/** What the model says, in English where nobody hands in another wording. */
const OUR_WORDS = /^src-main\/engine\/model\/(?:words|timeline-words|outcome-words|overall)\.ts$/;
const SPOKEN_WORDS = 'src-renderer/ui/words.ts';

function roomOf(file: string): Room | undefined {
  return ROOMS.find((room) => room.files.test(file));
}

function checkRoom(file: string, found: Import): string | undefined {
  const from = roomOf(file);
  const target = path.posix.normalize(path.posix.join(path.posix.dirname(file), found.specifier));
  const to = roomOf(target);
  if (from === undefined) return undefined;
  if (to === undefined) {
    return target.startsWith('src-') || target.startsWith('test/') || target.startsWith('scripts/')
      ? `${from.name} imports ${target}, which is no room of the product. Instead: move it into src-main, src-preload or src-renderer.`
      : undefined;
  }
  if (OUR_WORDS.test(target) && from.name === 'src-renderer' && !found.typeOnly && file !== SPOKEN_WORDS) {
    return `the window speaks other languages too, and ${target} alone is English. Instead: take it from ${SPOKEN_WORDS}.`;
  }
  if (to === from || from.knows.includes(to.name)) return undefined;
  return `${from.name} may not know ${to.name} (${target}). Instead: ${from.instead}.`;
}

function checkPackage(file: string, found: Import): string | undefined {
  if (/^src-main\/engine\/(?:model\/|ports\.ts$)/.test(file)) {
    const allowed = file.endsWith('/ports.ts') && found.typeOnly && found.specifier === 'undici';
    return allowed
      ? undefined
      : `model and ports import nothing from outside (${found.specifier}). Instead: pass the value in, or write an adapter.`;
  }
  if (file.startsWith('src-renderer/') && found.specifier.startsWith('node:')) {
    return `the renderer has no Node (${found.specifier}). Instead: add a call to src-preload/contract.ts.`;
  }
  const door = DOORS.find((candidate) => candidate.packages.test(found.specifier));
  if (door === undefined || door.open.test(file)) return undefined;
  if (found.typeOnly && door.openForTypes?.test(file)) return undefined;
  return `${found.specifier} has one door, and ${file} is not it. Instead: ${door.instead}.`;
}

/**
 * Holds a tree against the two tables of "How it is built": who may know whom, and the one door of each outside thing.
 * @param tree path, relative to the project and with forward slashes, to source text
 */
export function checkLayers(tree: ReadonlyMap<string, string>): Breach[] {
  const breaches: Breach[] = [];
  for (const [file, source] of tree) {
    const text = withoutComments(source);
    for (const found of importsOf(text)) {
      const message = found.specifier.startsWith('.') ? checkRoom(file, found) : checkPackage(file, found);
      if (message !== undefined) breaches.push({ file, line: found.line, message });
    }
    withoutStrings(text)
      .split('\n')
      .forEach((line, index) => {
        for (const { word, files, except, instead } of FORBIDDEN_WORDS) {
          if (!files.test(file) || except?.test(file)) continue;
          const hit = word.exec(line);
          if (hit)
            breaches.push({ file, line: index + 1, message: `${hit[0].trim()} is not for here. Instead: ${instead}.` });
        }
      });
  }
  return breaches;
}
