import { SERVER_NAME_RULE } from '../../src-main/engine/model/ids.ts';

/**
 * Every word of the window's first picture that the model's wording does not give; the rest is in `texts-later.ts`.
 * Sentences, no exclamation marks, nobody is blamed. What is added here is added to `texts-german.ts` too: the type
 * checker names what is missing there.
 */

export const plural = (count: number, one: string, many: string): string => `${count} ${count === 1 ? one : many}`;

export const english = {
  titleFor: (sentence: string) => `${sentence} · Gatehouse`,
  copy: 'Copy',
  copied: 'Copied',
  notCopied: 'Not copied',
  cancel: 'Cancel',
  close: 'Close',
  done: 'Done',
  remove: 'Remove',

  link: {
    connecting: 'Looking for Gatehouse',
    goneTitle: 'Gatehouse does not answer',
    goneText: 'What you see is the last that was heard. It is tried again until it answers.',
    goneCounts: 'Trying again',
    usedUpTitle: 'This link is used up',
    usedUpText: 'Run "gatehouse open" for a fresh one.',
    usedUpCommand: 'gatehouse open',
  },

  loginToAll: {
    start: 'Sign in to all',
    stop: 'Stop',
    progress: (server: string, left: number) => (left === 0 ? server : `${server}, then ${left} more`),
    passedOver: (names: readonly string[]) => `Not signed in: ${names.join(', ')}`,
  },
  headline: {
    emptyCounts: 'The endpoint listens already',
    connected: (count: number) => `${count} connected`,
    signingInCount: (count: number) => `${count} signing in`,
    needed: (count: number) => plural(count, 'needs you', 'need you'),
    moreNeeded: (count: number) => plural(count, 'more needs you', 'more need you'),
    comesBack: (count: number) => plural(count, 'comes back by itself', 'come back by themselves'),
    waitsForKeychain: (count: number) => plural(count, 'waits for the keychain', 'wait for the keychain'),
    pausedCount: (count: number) => `${count} paused`,
    disabled: (count: number) => `${count} disabled`,
  },

  endpoint: { label: 'Endpoint', copy: 'Copy the endpoint' },

  tabs: { label: 'Gatehouse', servers: 'Servers', activity: 'Activity', callers: 'Callers', settings: 'Settings' },
  more: 'More',
  pauseAll: 'Pause all',

  groups: {
    'needs-you': 'Needs you',
    keychain: 'Waiting for the keychain',
    'comes-back': 'Comes back by itself',
    connected: 'Connected',
    off: 'Off',
  },

  listTools: {
    search: 'Search servers',
    searchPlaceholder: 'Search  /',
    show: 'Show',
    all: (count: number) => `All servers (${count})`,
    group: (name: string, count: number) => `${name} (${count})`,
    sort: 'Order',
    sorts: { problems: 'Problems first', name: 'By name', 'last-call': 'Last called first' },
    noneFound: 'No server is like that.',
    showAll: 'Show all',
  },

  row: {
    actionFor: (label: string, name: string) => `${label}: ${name}`,
    moreFor: (name: string) => `More for ${name}`,
    detailsOf: (name: string) => `${name}, details`,
    calls: (count: number) => plural(count, 'call', 'calls'),
    openLink: 'Open the sign-in page',
    copyLink: 'Copy link',
    pasteAddress: 'Paste the address…',
    enterCode: 'Or enter',
    enterCodeAt: 'on any device at',
    copyCode: 'Copy code',
    browserNotOpened: (why: string) => `No browser was opened here: ${why}`,
  },

  life: {
    renewsIn: (span: string) => `renews in ${span}`,
    renewsSoon: 'renews any moment',
    renewingNow: 'renewing now',
    triesIn: (span: string) => `tries again in ${span}`,
    triesSoon: 'tries again any moment',
    endsIn: (span: string) => `ends in ${span}`,
    ended: 'login ended',
    endedAt: (time: string) => `login ended ${time}`,
    kept: 'login kept',
    noEnd: 'no end given',
    left: (span: string) => `${span} left`,
  },

  menu: {
    signInAgain: 'Sign in again',
    startOver: 'Start over',
    copySignInLink: 'Copy sign-in link',
    pasteAddress: 'Paste the address…',
    copyEndpoint: 'Copy endpoint',
    reconnect: 'Reconnect',
    edit: 'Edit…',
    signOut: 'Sign out',
    pause: 'Pause',
    disable: 'Disable',
    enable: 'Enable',
    remove: 'Remove',
  },

  details: {
    name: 'Name',
    state: 'State',
    server: 'Server',
    endpoint: 'Endpoint',
    account: 'Account',
    issuer: 'Issuer',
    scopes: 'Scopes',
    registration: 'Registration',
    registrationKind: { configured: 'configured', document: 'a published document', dynamic: 'dynamic' },
    withoutPerson: 'signs in for itself',
    client: (id: string) => `client ${id}`,
    signedInSince: 'Signed in since',
    renewed: (count: number) => `renewed ${plural(count, 'time', 'times')}`,
    lastRenewed: (time: string) => `last ${time}`,
    calls: 'Calls',
    callsAnd: (count: number, time: string) => `${count}, last ${time}`,
    none: 'none',
    callers: 'Callers',
    tools: (count: number) => `Tools (${count})`,
    allTools: (count: number) => `Show all ${count}`,
    lastFlow: 'What happened last',
    copyDiagnosis: 'Copy diagnosis',
    diagnosisHint: 'All of this as text, nothing secret in it.',
  },

  history: {
    title: 'Last 24 hours',
    of: (name: string) => `Last 24 hours of ${name}`,
    now: 'now',
    nothing: 'Nothing is known of the last 24 hours yet.',
    renewedMark: 'Renewed',
    between: (from: string, until: string, span: string) => `${from} to ${until}, ${span}`,
    fromTo: (from: string, until: string) => `${from} to ${until}`,
    part: (times: string, what: string) => `${times}: ${what}`,
    forSoLong: (word: string, span: string) => `${word} ${span}`,
    renewed: (count: number) => `renewed ${plural(count, 'time', 'times')}`,
  },

  removal: {
    removed: (name: string) => `${name} is removed.`,
    loginToo: 'Its login will be revoked and forgotten.',
    undo: 'Undo',
  },

  edit: {
    title: (name: string) => `Change ${name}`,
    secretHint: {
      absent: 'Kept for this server and never shown again.',
      vault: 'One is kept. Empty: it stays.',
      configuration: 'The configuration names one. Empty: it stays.',
    },
    document: 'Document URL',
    documentHint: 'A published document that describes Gatehouse, in the place of a client id.',
    redirectUri: 'Redirect address',
    redirectUriHint: 'As it was registered. Empty: the one of Gatehouse.',
    command: 'Command',
    commandHint: 'With its arguments, as at a terminal. When it is changed, it is started anew.',
    commandMissing: 'A server that is a program needs its command.',
    commandIsUrl: 'This server is a program. An address is added as a server of its own.',
    spelledOut: 'Variables with their value in the file',
    spelledOutHint: 'The values are shown nowhere. Take out the tick, and the variable goes.',
    others: 'Other settings',
    how: 'The configuration file is the place for them. Gatehouse takes up each change when the file is saved.',
    file: 'File',
    entry: 'Entry',
    copyFile: 'Copy path',
    submit: 'Save',
  },

  client: {
    title: (name: string) => `Client for ${name}`,
    clientIdHint: 'From the people who run the server.',
    clientSecretHint: 'Where there is one. Never shown again.',
    documentHint: 'Or the address of a document about Gatehouse.',
    submit: 'Save and sign in',
    missing: 'A client id is needed, or the address of a document.',
  },

  paste: {
    title: (name: string) => `Finish signing in to ${name}`,
    text: 'When the browser is on another machine, it ends on an address that cannot be opened there. Paste that address here.',
    label: 'Address that the browser ended on',
    submit: 'Finish',
  },

  banner: {
    lockedTitle: 'Your keychain is locked, so the logins cannot be read',
    lockedText: 'Nobody is signed out and nothing is lost. Unlock it once; all servers come back by themselves.',
    stillLocked: 'It is still locked.',
    memoryTitle: 'There is no keychain: logins are kept in memory only',
    memoryText: 'They are gone when Gatehouse ends, and you sign in again after each start.',
    volatileTitle: 'The keychain keeps logins only until you log out of this computer',
    volatileText:
      'Its default collection is the one of this session. Make a lasting one the default and restart Gatehouse.',
    configTitle: 'The configuration has a mistake, so the last good one stays in force',
    pausedTitle: 'Gatehouse is paused',
    somePausedTitle: (names: readonly string[]) => `Paused: ${names.join(', ')}`,
    pausedText: 'Logins are renewed, calls are refused.',
  },

  add: {
    open: 'Add server',
    title: 'Add a server',
    url: 'URL',
    where: 'URL, JSON or command',
    whereHint: "The JSON is what the server's README prints for other tools. A command is started on this machine.",
    wherePlaceholder: 'https://mcp.example.com/mcp',
    name: 'Name',
    nameHint: 'Part of the address that your tools use.',
    more: 'The server needs a client id',
    clientId: 'Client id',
    clientIdHint: 'Only where the server does not register Gatehouse by itself.',
    clientSecret: 'Client secret',
    clientSecretHint: 'Kept for this server and never shown again.',
    scopes: 'Scopes',
    scopesHint: 'Separated by spaces. Empty: what the server asks for.',
    submit: 'Add',
    moreOfProgram: 'Folder and variables',
    cwd: 'Folder',
    cwdHint: 'Where the command runs. Empty: your home folder.',
    variables: 'Variables',
    variablesHint:
      'Names of environment variables that it gets, with spaces between. KEY=OURS gives it the value of OURS as KEY.',
    variablesMistake: 'Only names of variables: KEY, or KEY=OURS. Values are not written into files.',
    look: 'Continue',
    looking: 'Looking',
    starting: 'Starting the command',
    urlMissing: 'A whole address is needed, like https://mcp.example.com/mcp.',
    whereMissing: 'A whole address is needed, like https://mcp.example.com/mcp, or a command.',
    quoteOpen: 'A quotation mark is not closed.',
    nameRule: SERVER_NAME_RULE,
    nameTaken: (name: string) => `There is a server named ${name} already.`,
    secretAlone: 'A client secret belongs to a client id.',
  },

  snippet: {
    broken: 'This is no complete JSON with a server in it.',
    found: (name: string, host: string) => `Found ${name}: a server over HTTP at ${host}.`,
    foundProgram: (name: string, command: string) => `Found ${name}: started with ${command} on this machine.`,
    choose: 'Server of the snippet',
    fromEnvironment: (header: string, variable: string) =>
      `Its header ${header} is taken from the environment variable ${variable}.`,
    spelledOut: (headers: readonly string[]) =>
      `Not taken, because secrets are not written into files: ${headers.join(', ')}. Sign in instead, or name an environment variable for it in config.json.`,
    spelledOutVariables: (names: readonly string[]) =>
      `Not taken, because secrets are not written into files: ${names.join(', ')}. Set environment variables of these names where Gatehouse is started, and name them below.`,
  },

  found: {
    title: 'Found there',
    named: (name: string) => `Found there: ${name}`,
    transport: 'Speaks',
    transports: {
      http: 'Streamable HTTP',
      sse: 'HTTP+SSE, the older transport',
      stdio: 'as a program on this machine',
    },
    eras: { modern: 'the revision of 2026-07-28 or newer', legacy: 'a revision to 2025-11-25' },
    access: 'Sign-in',
    open: 'not needed',
    refused: (status: number) => `none: it refuses what is configured, or everybody (${status})`,
    unclear: 'needed, and where is unclear.',
    signInAt: (host: string) => `at ${host}`,
    guessed: '(nothing is published; the usual places are tried)',
    registration: 'Registration',
    registrations: {
      configured: 'with your client id',
      document: 'by a published document',
      dynamic: 'Gatehouse registers by itself',
      'client-id-needed': 'a client id is needed, from the people who run the server',
    },
    scopes: 'Asked for',
    noScopes: "the server's default",
    addAnyway: 'It can be added all the same.',
  },

  empty: {
    title: 'One place for all your MCP servers',
    lead: 'Add a server once and sign in once. Gatehouse renews every login, also after sleep, and says in one place when a server wants you again.',
    pasteTitle: 'Paste a URL, a JSON snippet or a command',
    pasteText: 'You see what is found there before it is saved.',
    demoTitle: 'Try the demo',
    demoText: 'A server on this machine whose token lives 30 seconds. Sign in once and watch it being renewed.',
    demoStart: 'Start the demo',
    after: 'Then give your tools the endpoint above, and a caller key.',
    afterLink: 'How to connect a tool',
  },

  changedTools: {
    changed: (count: number) => `${plural(count, 'tool', 'tools')} changed.`,
    held: (count: number) => `${plural(count, 'tool', 'tools')} changed and held back.`,
    look: 'Look at the changes',
    title: (name: string) => `Changed tools of ${name}`,
  },

  settings: {
    language: 'Language',
    languages: { system: 'As the system', en: 'English', de: 'Deutsch' },
    theme: 'Theme',
    themes: { system: 'As the system', light: 'Light', dark: 'Dark' },
    browser: 'Sign-in pages',
    browserPolicies: { ask: 'Only when I click', 'when-needed': 'When a call needs one' },
    browserHints: {
      ask: 'No page opens by itself.',
      'when-needed': 'At most one in five minutes for each server. A server with a setting of its own keeps it.',
    },
    pinTools: 'Tools that change',
    pinToolsChoices: { off: 'Take them as they come', warn: 'Tell me', hold: 'Hold them back until I approve' },
    pinToolsHints: {
      off: 'What a server says of its tools is not compared.',
      warn: 'What changed, or came later, is shown in the row, before and after. Callers use it meanwhile.',
      hold: 'What changed, or came later, is neither seen nor called by callers until you approved it.',
    },
    startAtLogin: 'Start at login',
    startAtLoginHints: {
      on: 'Gatehouse starts with your session, in the tray.',
      off: 'Your tools reach no server before you have started Gatehouse.',
      'not-here':
        'Not here: this Gatehouse runs without a desktop. "gatehouse service install" starts it with the system.',
    },
    commandLineTool: 'Command line tool',
    installCommandLineTool: 'Install command line tool',
    removeCommandLineTool: 'Remove',
    installsCommandLineTool: 'Installing',
    copyPathLine: 'Copy the line',
    commandLineToolHints: {
      notHere:
        'The installed app brings the "gatehouse" command. This Gatehouse runs without it, from a checkout or a terminal.',
      withPackage: (at: string) => `"gatehouse" came with the package: ${at}`,
      absent: (at: string) => `Makes "gatehouse" a command of your terminal: ${at}`,
      taken: (at: string) => `${at} belongs to another program, and stays as it is.`,
      found: (at: string) => `Type "gatehouse" in a new terminal. It is at ${at}`,
      unknown: (folder: string) =>
        `Type "gatehouse" in a new terminal. Where it is not found, add this folder to its PATH: ${folder}`,
      offPath: (folder: string) => `Your terminal does not look into ${folder}.`,
      addTo: (file: string) => `Add this line to ${file}, and open a new terminal:`,
      runOnce: 'Run this once in a terminal:',
      shadowed: (by: string) => `In a terminal another command of this name comes first: ${by}`,
    },
    vault: 'Logins',
    vaultHints: {
      keychain: undefined,
      file: 'Start with "--vault file" and the passphrase to read them again.',
      memory: 'They are gone when Gatehouse ends.',
      locked: 'Nobody is signed out. Unlock it once; all servers come back by themselves.',
    },
    callers: 'Caller keys',
    showCallers: (count: number) => (count === 0 ? 'Create a key' : plural(count, 'key', 'keys')),
    port: 'Port',
    portHint: 'Taken at the next start. Callers and registered redirect addresses have it in their addresses.',
    portInvalid: 'A port is a whole number from 1 to 65535.',
    save: 'Save',
    log: 'Log',
    logLevels: { info: 'Usual', debug: 'More, to find a fault' },
    logHint: 'Until Gatehouse ends. No secret is in it.',
    dataFolder: 'Data folder',
    dataFolderHint: 'Configuration, log and history.',
    copyDataFolder: 'Copy the path of the data folder',
    version: 'Version',
  },

  foot: {
    keychain: 'Logins are kept in the keychain',
    volatile: 'Logins are kept in the keychain until you log out of this computer',
    file: 'Logins are kept in encrypted files',
    memory: 'Logins are kept in memory only',
    locked: 'Keychain locked',
    demo: 'This is the demo. Nothing of it stays.',
    version: (version: string) => `Gatehouse ${version}`,
  },

  units: {
    seconds: (count: string) => `${count} s`,
    minutes: (count: number) => `${count} min`,
    hours: (count: number) => `${count} h`,
    days: (count: number) => plural(count, 'day', 'days'),
    and: (larger: string, smaller: string) => `${larger} ${smaller}`,
  },
};

/** What a translation has to have. */
export type Texts = typeof english;

/** The catalogue in force. `speak` of `language.ts` fills it, so whoever took a part of it holds the right one. */
export const texts: Texts = structureOf(english);

let laterPart: { readonly english: object; readonly held: object } | undefined;
let laterInForce: object | undefined;

/**
 * Puts another language in force, in place.
 *
 * @param later the part of `texts-later.ts`; left out for English, whose part comes with that file
 */
export function putTexts(catalogue: Texts, later?: object): void {
  overwrite(texts, catalogue);
  laterInForce = later;
  if (laterPart) overwrite(laterPart.held, later ?? laterPart.english);
}

/** For `texts-later.ts`: the same for a part that is not there from the start, in the language that is in force then. */
export function heldLater<T extends object>(later: T): T {
  const held = structureOf(later);
  laterPart = { english: later, held };
  if (laterInForce) overwrite(held, laterInForce);
  return held;
}

interface Branch {
  [key: string]: unknown;
}

function isBranch(value: unknown): value is Branch {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function structureOf<T extends object>(catalogue: T): T {
  const copy: Branch = {};
  overwrite(copy, catalogue);
  return copy as T;
}

function overwrite(target: object, source: object): void {
  const branch = target as Branch;
  for (const [key, value] of Object.entries(source)) {
    if (!isBranch(value)) branch[key] = value;
    else {
      const held = branch[key];
      const inner: Branch = isBranch(held) ? held : {};
      branch[key] = inner;
      overwrite(inner, value);
    }
  }
}
