import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { BrowserContextOptions } from 'playwright-core';
import { asCause, say } from '../src-main/engine/model/sayings.ts';
import type { Snapshot } from '../src-preload/contract.ts';
import {
  activityOf,
  changedToolsOf,
  clientWanted,
  detailsOf,
  everyKindOf,
  historyOf,
  longServers,
  manyServers,
  mixedServers,
  rowOf,
  snapshotOf,
} from '../test/window/pictures.ts';
import { openStage, type ShownWindow } from '../test/window/shown-window.ts';

// What the README shows is kept in the repository; the rest is for looking at.
const FOR_README = join(import.meta.dirname, '../assets/screenshots');
const FOR_LOOKING = join(import.meta.dirname, '../dist/screenshots');

/** Tuesday, 13:57:48: the words and bars of every run are the same. */
const NOW = new Date('2026-11-24T13:57:48').getTime();

interface Picture {
  readonly name: string;
  readonly snapshot: Snapshot;
  readonly options?: BrowserContextOptions;
  readonly isForReadme?: boolean;
  readonly before?: (shown: ShownWindow) => Promise<void>;
}

const light: BrowserContextOptions = { colorScheme: 'light' };
const dark: BrowserContextOptions = { colorScheme: 'dark' };
const narrow: BrowserContextOptions = { viewport: { width: 400, height: 760 } };
const tall: BrowserContextOptions = { viewport: { width: 1100, height: 840 } };
const deep: BrowserContextOptions = { viewport: { width: 1200, height: 1300 } };
const wide: BrowserContextOptions = { viewport: { width: 1600, height: 900 } };

const mixed = snapshotOf(mixedServers(NOW));
const many = snapshotOf(manyServers(NOW, 60));
const empty = snapshotOf([], { demo: 'offered', callers: 0 });
const locked = snapshotOf(
  mixedServers(NOW).map((row) =>
    row.login && row.state.kind !== 'disabled'
      ? { ...row, state: { kind: 'locked' as const, since: NOW - 60_000 }, since: NOW - 60_000 }
      : row,
  ),
  { vault: { kind: 'locked' } },
);
const paused = snapshotOf(mixedServers(NOW).map((row) => ({ ...row, state: { kind: 'paused' as const } })));
const noKeychain = snapshotOf(mixedServers(NOW).slice(4), {
  vault: { kind: 'memory', why: 'no-keychain', detail: 'No secret service answers on D-Bus.' },
  configProblem: {
    code: 'config-invalid',
    file: '/home/you/.local/share/gatehouse/config.json',
    line: 12,
    key: 'mcpServers.notion.url',
    detail: 'a URL is needed, and this is none.',
  },
});

/** What the engine says, in German. */
const germanMistakes = snapshotOf(
  [
    rowOf('files', {
      kind: 'stopped',
      problem: { code: 'config-invalid', file: 'config.json', line: 7, ...say('variable-not-set', 'NOTES_TOKEN') },
    }),
    rowOf('intern', {
      kind: 'waiting',
      problem: { code: 'network-unreachable', host: 'mcp.example.com', ...asCause(say('certificate-issuer')) },
      attempt: 2,
      retryAt: NOW + 60_000,
    }),
    rowOf('portal', {
      kind: 'waiting',
      problem: { code: 'bad-answer', host: 'mcp.example.net', status: 200, ...say('web-page') },
      attempt: 2,
      retryAt: NOW + 60_000,
    }),
  ],
  { configProblem: { code: 'config-invalid', file: 'config.json', line: 12, ...say('comma-extra', '}') } },
);

async function press(shown: ShownWindow, name: string): Promise<void> {
  await shown.page.getByRole('button', { name, exact: true }).first().click();
}

async function details(shown: ShownWindow): Promise<void> {
  shown.engine.answers('history', ({ name }) => ({ ok: true, value: historyOf(name, NOW) }));
  shown.engine.answers('serverDetails', () => ({ ok: true, value: detailsOf(NOW) }));
  await press(shown, 'github, details');
  await shown.page.getByText('Renewed', { exact: true }).waitFor();
}

async function everyKindOfDay(shown: ShownWindow): Promise<void> {
  shown.engine.answers('history', ({ name }) => ({ ok: true, value: everyKindOf(name, NOW) }));
  await press(shown, 'github, details');
  await shown.page.getByRole('slider').focus();
  await shown.page.keyboard.press('Home');
}

async function activity(shown: ShownWindow): Promise<void> {
  shown.engine.answers('activity', ({ after }) => ({ ok: true, value: after === 0 ? activityOf(NOW, 10_000) : [] }));
  await shown.page.getByRole('tab', { name: 'Activity' }).click();
  await shown.page.getByText('10,000 calls').waitFor();
}

async function settings({ page }: ShownWindow): Promise<void> {
  await page.getByRole('tab', { name: 'Settings' }).click();
  await page.getByText('Data folder').waitFor();
}

async function addSnippet(shown: ShownWindow): Promise<void> {
  await press(shown, 'Add server');
  const servers = {
    linear: { url: 'https://mcp.linear.app/mcp', headers: { Authorization: 'Bearer x', 'X-Team': '${TEAM}' } },
    sentry: { url: 'https://mcp.sentry.dev/mcp' },
    files: { command: 'npx' },
  };
  await shown.page.getByLabel('URL').fill(JSON.stringify({ mcpServers: servers }));
  await shown.page.getByText('Found linear').waitFor();
}

const GROUPS = [
  { name: 'work', servers: ['github', 'linear', 'notion'], endpoint: 'http://127.0.0.1:7717/mcp/g/work' },
  { name: 'home', servers: ['home', 'everything'], endpoint: 'http://127.0.0.1:7717/mcp/g/home' },
];

async function newKey(shown: ShownWindow): Promise<void> {
  shown.engine.answers('listGroups', () => ({ ok: true, value: GROUPS }));
  shown.engine.answers('addCaller', () => ({
    ok: true,
    value: {
      name: 'Claude Code',
      key: 'gate_EXAMPLE-0123456789abcdefghijklmnopqrstuvwxyz',
      url: 'http://127.0.0.1:7717/mcp',
    },
  }));
  await shown.page.getByRole('tab', { name: 'Callers' }).click();
  await press(shown, 'Create a key');
  await press(shown, 'Create');
  await shown.page.getByText('shown this once').waitFor();
}

async function callersPage({ engine, page }: ShownWindow): Promise<void> {
  engine.answers('listGroups', () => ({ ok: true, value: GROUPS }));
  engine.answers('listCallers', () => ({
    ok: true,
    value: [
      { name: 'Claude Code', createdAt: NOW - 40 * 86_400_000, lastUsedAt: NOW - 12_000 },
      {
        name: 'Cursor',
        createdAt: NOW - 9 * 86_400_000,
        lastUsedAt: NOW - 10_400_000,
        limit: { allow: ['github', 'linear', 'notion/get_*'], deny: ['*/delete_*'], readOnly: true },
      },
      { name: 'Nightly', createdAt: NOW - 86_400_000, limit: { allow: [], deny: [], readOnly: false } },
      { name: 'c'.repeat(64), createdAt: NOW - 3_600_000 },
    ],
  }));
  await page.getByRole('tab', { name: 'Callers' }).click();
  await page.getByText('Cursor').waitFor();
}

async function group(shown: ShownWindow): Promise<void> {
  await callersPage(shown);
  await press(shown, 'Change the group work');
  await shown.page.getByRole('dialog').waitFor();
}

async function access(shown: ShownWindow): Promise<void> {
  await callersPage(shown);
  await press(shown, 'Change what Cursor may use');
  await shown.page.getByText('It may use:').waitFor();
}

const toolsChanged = snapshotOf(
  mixedServers(NOW).map((row) => {
    if (row.name === 'linear') return { ...row, toolChanges: { count: 1, held: false } };
    return row.name === 'github' ? { ...row, toolChanges: { count: 3, held: true } } : row;
  }),
);

/** `look`: the label of the language that is shown. */
async function changedTools({ page, engine }: ShownWindow, count = 3, look = 'Look at the changes'): Promise<void> {
  engine.answers('toolChanges', () => ({ ok: true, value: changedToolsOf(count) }));
  await page.getByRole('button', { name: `${look}: github` }).click();
  await page.getByRole('dialog').getByText('search_notes').waitFor();
}

async function addWithErrors(shown: ShownWindow): Promise<void> {
  await press(shown, 'Add server');
  await press(shown, 'The server needs a client id');
  await shown.page.getByLabel('Client secret').fill('not shown');
  await press(shown, 'Continue');
}

/** `words`: the labels of the language that is shown. */
async function lookAtServer(
  shown: ShownWindow,
  where = 'https://mcp.linear.app/mcp',
  words = { add: 'Add server', where: 'URL, JSON or command', look: 'Continue', found: 'Found there' },
): Promise<void> {
  shown.engine.answers('lookAt', ({ command }) => ({
    ok: true,
    value:
      command === undefined
        ? {
            transport: 'http',
            access: {
              kind: 'sign-in',
              issuer: 'https://auth.linear.app',
              guessed: false,
              registration: 'dynamic',
              scopes: ['read', 'write', 'offline_access'],
            },
          }
        : { transport: 'stdio', era: 'legacy', serverName: 'memory-server', access: { kind: 'open' } },
  }));
  await press(shown, words.add);
  await shown.page.getByLabel(words.where).fill(where);
  await press(shown, words.look);
  await shown.page.getByRole('status', { name: words.found }).waitFor();
}

async function addAnyway(shown: ShownWindow): Promise<void> {
  shown.engine.answers('lookAt', () => ({
    ok: false,
    problem: { code: 'network-unreachable', host: 'mcp.linear.app', cause: 'ENOTFOUND' },
  }));
  await press(shown, 'Add server');
  await shown.page.getByLabel('URL, JSON or command').fill('https://mcp.linear.app/mcp');
  await press(shown, 'Continue');
  await shown.page.getByText('added all the same').waitFor();
}

async function editProgram(shown: ShownWindow, menu = 'More for github'): Promise<void> {
  shown.engine.shows({ ...shown.engine.row('github'), url: '', command: 'npx -y files' });
  shown.engine.answers('serverSettings', () => ({
    ok: true,
    value: {
      command: 'npx',
      args: ['-y', '@modelcontextprotocol/server-filesystem', '/home/you/Documents/a folder with a long name'],
      cwd: '~/notes',
      env: { TOKEN: 'NOTES_TOKEN', API_KEY: null, [`A_VERY_${'LONG_'.repeat(12)}NAME`]: null },
    },
  }));
  await press(shown, menu);
  await shown.page.getByRole('menuitem', { name: /^(Edit|Bearbeiten)/ }).click();
  await shown.page.getByRole('dialog').getByText('API_KEY', { exact: true }).waitFor();
}

async function editProgramWithErrors(shown: ShownWindow): Promise<void> {
  await editProgram(shown);
  await shown.page.getByLabel('Command').fill('npx "my files');
  await shown.page.getByLabel('Variables', { exact: true }).fill('KEY=sk-123');
  await press(shown, 'Save');
}

async function removed(shown: ShownWindow): Promise<void> {
  shown.engine.shows({ ...shown.engine.row('github'), removedAt: NOW + 18_000 });
  await shown.page.getByText('github is removed.').waitFor();
}

async function germanDetails(shown: ShownWindow): Promise<void> {
  shown.engine.answers('history', ({ name }) => ({ ok: true, value: historyOf(name, NOW) }));
  await press(shown, 'github, Einzelheiten');
  await shown.page.getByText('Erneuert', { exact: true }).waitFor();
}

const german = { locale: 'de-DE' };

const pictures: readonly Picture[] = [
  { name: 'servers-light', snapshot: mixed, options: { ...light, ...tall }, isForReadme: true },
  { name: 'servers-dark', snapshot: mixed, options: { ...dark, ...tall }, isForReadme: true },
  { name: 'empty', snapshot: empty, options: light, isForReadme: true },
  { name: 'details', snapshot: mixed, options: { ...light, ...deep }, isForReadme: true, before: details },
  { name: 'found', snapshot: mixed, options: light, isForReadme: true, before: (shown) => lookAtServer(shown) },
  ...(
    [
      ['light', light],
      ['dark', dark],
    ] as const
  ).flatMap(([theme, options]): Picture[] => [
    { name: `narrow-${theme}`, snapshot: mixed, options: { ...options, ...narrow } },
    { name: `wide-${theme}`, snapshot: mixed, options: { ...options, ...wide } },
    { name: `locked-${theme}`, snapshot: locked, options },
    { name: `no-keychain-${theme}`, snapshot: noKeychain, options },
    { name: `many-${theme}`, snapshot: many, options },
    { name: `long-${theme}`, snapshot: snapshotOf(longServers(NOW)), options },
    { name: `details-${theme}`, snapshot: mixed, options: { ...options, ...deep }, before: details },
    { name: `found-${theme}`, snapshot: mixed, options, before: (shown) => lookAtServer(shown) },
    { name: `removed-${theme}`, snapshot: mixed, options, before: removed },
    { name: `german-${theme}`, snapshot: mixed, options: { ...options, ...german } },
    { name: `day-${theme}`, snapshot: mixed, options, before: everyKindOfDay },
    { name: `menu-${theme}`, snapshot: mixed, options, before: (shown) => press(shown, 'More for linear') },
    { name: `add-${theme}`, snapshot: mixed, options, before: addWithErrors },
    { name: `snippet-${theme}`, snapshot: mixed, options, before: addSnippet },
    { name: `edit-program-${theme}`, snapshot: mixed, options, before: editProgramWithErrors },
    { name: `key-${theme}`, snapshot: mixed, options, before: newKey },
    { name: `activity-${theme}`, snapshot: mixed, options, before: activity },
    { name: `settings-${theme}`, snapshot: mixed, options, before: settings },
    { name: `callers-${theme}`, snapshot: mixed, options, before: callersPage },
    { name: `changed-tools-row-${theme}`, snapshot: toolsChanged, options },
    {
      name: `changed-tools-${theme}`,
      snapshot: toolsChanged,
      options: { ...options, ...tall },
      before: (shown) => changedTools(shown),
    },
    { name: `group-${theme}`, snapshot: mixed, options, before: group },
    { name: `access-${theme}`, snapshot: many, options: { ...options, ...tall }, before: access },
  ]),
  { name: 'one', snapshot: snapshotOf(mixedServers(NOW).slice(5, 6)), options: light },
  {
    name: 'found-command',
    snapshot: mixed,
    options: light,
    before: (shown) => lookAtServer(shown, 'npx -y @modelcontextprotocol/server-memory'),
  },
  { name: 'found-nothing', snapshot: mixed, options: dark, before: addAnyway },
  { name: 'found-narrow', snapshot: mixed, options: { ...light, ...narrow }, before: (shown) => lookAtServer(shown) },
  {
    name: 'found-contrast',
    snapshot: mixed,
    options: { ...dark, forcedColors: 'active' },
    before: (shown) => lookAtServer(shown),
  },
  { name: 'edit-program-narrow', snapshot: mixed, options: { ...dark, ...narrow }, before: editProgram },
  {
    name: 'edit-program-contrast',
    snapshot: mixed,
    options: { ...dark, forcedColors: 'active' },
    before: editProgramWithErrors,
  },
  { name: 'removed-narrow', snapshot: mixed, options: { ...dark, ...narrow }, before: removed },
  { name: 'german-narrow', snapshot: mixed, options: { ...light, ...narrow, ...german } },
  { name: 'german-details', snapshot: mixed, options: { ...light, ...deep, ...german }, before: germanDetails },
  {
    name: 'german-edit-program',
    snapshot: mixed,
    options: { ...light, ...deep, ...german },
    before: (shown) => editProgram(shown, 'Mehr zu github'),
  },
  {
    name: 'german-mistakes',
    snapshot: germanMistakes,
    options: { ...dark, ...narrow, ...german },
  },
  { name: 'german-empty', snapshot: empty, options: { ...dark, ...german } },
  {
    name: 'german-settings',
    snapshot: mixed,
    options: { ...light, ...deep, ...german },
    before: async ({ page }) => {
      await page.getByRole('tab', { name: 'Einstellungen' }).click();
      await page.getByText('Datenordner').waitFor();
    },
  },
  { name: 'client-wanted', snapshot: snapshotOf([clientWanted('refused', 'corp')]), options: light },
  { name: 'empty-dark', snapshot: empty, options: dark },
  { name: 'details-narrow', snapshot: mixed, options: { ...light, ...narrow }, before: details },
  { name: 'day-contrast', snapshot: mixed, options: { ...dark, forcedColors: 'active' }, before: everyKindOfDay },
  { name: 'activity-narrow', snapshot: mixed, options: { ...light, ...narrow }, before: activity },
  { name: 'settings-narrow', snapshot: mixed, options: { ...dark, ...narrow }, before: settings },
  { name: 'empty-narrow', snapshot: empty, options: { ...light, ...narrow } },
  { name: 'long-narrow', snapshot: snapshotOf(longServers(NOW)), options: { ...light, ...narrow } },
  { name: 'locked-narrow', snapshot: locked, options: { ...dark, ...narrow } },
  { name: 'key-narrow', snapshot: mixed, options: { ...light, ...narrow }, before: newKey },
  { name: 'callers-narrow', snapshot: mixed, options: { ...dark, ...narrow }, before: callersPage },
  { name: 'changed-tools-many', snapshot: toolsChanged, options: light, before: (shown) => changedTools(shown, 100) },
  {
    name: 'changed-tools-narrow',
    snapshot: toolsChanged,
    options: { ...light, ...narrow },
    before: (shown) => changedTools(shown),
  },
  {
    name: 'changed-tools-contrast',
    snapshot: toolsChanged,
    options: { ...dark, forcedColors: 'active' },
    before: (shown) => changedTools(shown),
  },
  {
    name: 'changed-tools-german',
    snapshot: toolsChanged,
    options: { ...dark, ...german },
    before: (shown) => changedTools(shown, 3, 'Änderungen ansehen'),
  },
  { name: 'access-narrow', snapshot: many, options: { ...light, ...narrow }, before: access },
  { name: 'access-contrast', snapshot: many, options: { ...dark, forcedColors: 'active' }, before: access },
  { name: 'paused', snapshot: paused, options: light },
  { name: 'contrast', snapshot: mixed, options: { ...light, contrast: 'more' } },
  { name: 'forced-colors', snapshot: mixed, options: { ...dark, forcedColors: 'active' } },
  {
    name: 'gone',
    snapshot: mixed,
    options: light,
    before: async ({ page, cutLine }) => {
      cutLine();
      await page.getByRole('alert').waitFor();
    },
  },
];

const wanted = process.argv.slice(2);
await mkdir(FOR_README, { recursive: true });
await mkdir(FOR_LOOKING, { recursive: true });
const stage = await openStage();
try {
  for (const { name, snapshot, options, isForReadme, before } of pictures) {
    if (wanted.length > 0 && !wanted.some((part) => name.includes(part))) continue;
    const shown = await stage.show(snapshot, { ...options, reducedMotion: 'reduce', clockAt: NOW });
    await before?.(shown);
    await shown.page.mouse.move(0, 0);
    await shown.page.screenshot({ path: join(isForReadme ? FOR_README : FOR_LOOKING, `${name}.png`) });
    if (name !== 'gone' && shown.complaints.length > 0) console.error(name, shown.complaints);
    await shown.close();
  }
} finally {
  await stage.close();
}
