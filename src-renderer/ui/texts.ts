import { SERVER_NAME_RULE } from '../../src-main/engine/model/ids.ts';
import type { PinTools } from '../../src-main/engine/model/pinned-tools.ts';
import { formatNumber } from './time.ts';

/**
 * Every word of the window that the model's wording does not give. Sentences, no exclamation marks, nobody is blamed.
 * What is added here is added to `texts-german.ts` too: the type checker names what is missing there.
 */

const plural = (count: number, one: string, many: string): string => `${count} ${count === 1 ? one : many}`;

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

  callers: {
    title: 'Callers',
    lead: 'A caller is a tool that uses your servers through Gatehouse. Each has a key of its own.',
    none: 'No tool has a key yet.',
    add: 'Create a key',
    addTitle: 'Create a caller key',
    name: 'Name of the tool',
    namePlaceholder: 'Claude Code',
    create: 'Create',
    created: (time: string) => `created ${time}`,
    lastUsed: (time: string) => `last used ${time}`,
    neverUsed: 'never used',
    removeFor: (name: string) => `Remove ${name}`,
    removeTitle: (name: string) => `Remove the key of ${name}?`,
    removeText: 'The tool that holds it is refused from then on.',
    keyTitle: (name: string) => `Key for ${name}`,
    keyOnce: 'It is shown this once. Gatehouse keeps only a hash of it.',
    key: 'Caller key',
    snippetFor: (tool: string) => `Snippet for ${tool}`,
    tools: 'Tool',
    copySnippet: 'Copy snippet',
    address: 'Address',
    allAsOne: 'All its servers as one',
    group: (name: string) => `The group ${name}`,
    each: 'Each server by itself',
    whereClaude: 'Run in a terminal.',
    whereCursor: 'Goes into ~/.cursor/mcp.json.',
    whereVsCode: 'Goes into .vscode/mcp.json, or into the file that "MCP: Open User Configuration" opens.',
    whereStdio:
      'Goes into claude_desktop_config.json, or into the configuration of any other tool that speaks stdio only. It needs no key.',
  },

  access: {
    legend: 'What it may use',
    everything: 'Every server, also those added later',
    chosen: 'Only what I choose',
    servers: 'Servers it may use',
    later: 'A server that is added later reaches no such key by itself: you choose it here.',
    readOnly: 'Reading only',
    readOnlyHint: 'Of the tools those whose server says that they only read.',
    single: 'Single tools',
    tools: 'Single tools of other servers',
    toolsHint: 'server/tool, with * for any characters: github/get_*. Prompts and resources are not among it.',
    never: 'Never these',
    neverHint: 'Whatever else allows them: github/delete_*, or */delete_* for all servers.',
    patternMistake: (pattern: string) => `${pattern}: this is no server and no server/tool.`,
    ofNobody: (patterns: string) => `No server is there for ${patterns}. It is kept for one that may come.`,
    summary: (words: string) => `It may use: ${words}`,
    nothing: 'Nothing',
    each: (count: number) => `all ${count} servers of now`,
    more: (count: number) => `${count} more`,
    toolsOf: (server: string, tools: string) => `of ${server} only ${tools}`,
    toolsOfMore: (count: number) => `and tools of ${plural(count, 'server', 'servers')} more`,
    except: (tools: string) => `except ${tools}`,
    readingOnly: 'reading only',
    change: 'Change',
    changeFor: (name: string) => `Change what ${name} may use`,
    title: (name: string) => `What ${name} may use`,
    changeText: 'It holds at once, in sessions that are open too.',
  },

  changedTools: {
    changed: (count: number) => `${plural(count, 'tool', 'tools')} changed.`,
    held: (count: number) => `${plural(count, 'tool', 'tools')} changed and held back.`,
    look: 'Look at the changes',
    title: (name: string) => `Changed tools of ${name}`,
    loading: 'Looking at the tools',
    consequence: {
      warn: 'They are not as you approved them, or as they were seen first. Callers use them all the while.',
      hold: 'They are not as you approved them, or as they were seen first. Callers neither see nor call them until you approve them.',
    },
    none: (pinTools: PinTools, approved: number) =>
      pinTools === 'off'
        ? 'The tools of this server are not compared.'
        : `All tools are as you approved them, or as they were seen first (${approved}).`,
    kinds: { changed: 'changed', new: 'new' },
    andHeld: (kind: string) => `${kind}, held back`,
    parts: {
      title: 'Title',
      description: 'Description',
      annotations: 'Annotations',
      input: 'Input',
      output: 'Output',
    },
    partOf: (part: string, tool: string) => `${part} of ${tool}`,
    marks: { '-': 'Before: ', '+': 'Now: ', '~': 'Unchanged lines' },
    allLines: (count: number) => `Show all ${count} lines`,
    approve: 'Approve',
    approveOne: (tool: string) => `Approve ${tool}`,
    approveAll: (count: number) => `Approve all ${count}`,
    approvedNow: (tool: string | undefined) => (tool === undefined ? 'Approved. ' : `${tool} is approved. `),
    changedAgain: 'They changed again since they were shown, so nothing was approved. This is how they are now.',
  },

  serverGroups: {
    heading: 'Groups',
    lead: 'A group is a choice of servers at an address of its own, for a tool that needs these and no others. It locks nothing: what a key may use is chosen at the key.',
    none: 'There is no group yet.',
    add: 'Make a group',
    create: 'Make',
    name: 'Name of the group',
    nameHint: (address: string) => `Its address: ${address}`,
    nameTaken: (name: string) => `There is a group named ${name} already.`,
    servers: 'Servers of the group',
    serversMissing: 'A group has at least one server.',
    missing: (names: string) => `Not there now, and left out when you save: ${names}.`,
    title: (name: string) => `Servers of ${name}`,
    copyFor: (name: string) => `Copy the address of ${name}`,
    changeFor: (name: string) => `Change the group ${name}`,
    removeFor: (name: string) => `Remove the group ${name}`,
    removeTitle: (name: string) => `Remove the group ${name}?`,
    removeText: 'Its servers stay. A tool that has its address is refused from then on.',
  },

  chooser: {
    chosen: (count: number, all: number) => `${count} of ${all} chosen`,
    all: (count: number) => `All ${count}`,
    none: 'None',
    notThere: 'not there now',
  },

  activity: {
    title: 'The last calls, newest first',
    none: 'No caller has asked for anything since Gatehouse was started.',
    noneFound: 'No call is like that.',
    server: 'Server',
    allServers: 'All servers',
    caller: 'Caller',
    allCallers: 'All callers',
    outcome: 'Outcome',
    allOutcomes: 'All outcomes',
    errors: 'Errors only',
    all: 'all servers',
    columns: ['Time', 'Server', 'Caller', 'Method', 'Took', 'Outcome'],
    count: (count: number) => `${formatNumber(count)} ${count === 1 ? 'call' : 'calls'}`,
    newOnes: (count: number) => plural(count, 'new call', 'new calls'),
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

/** Puts another language in force, in place. */
export function putTexts(catalogue: Texts): void {
  overwrite(texts, catalogue);
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
