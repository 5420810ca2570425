import { create } from 'zustand';
import type { ServerRow, Settings, Snapshot } from '../src-preload/contract.ts';
import type { Client } from '../src-preload/derive.ts';
import type { Link } from './connection/link.ts';
import { type ListView, WHOLE_LIST } from './servers/list-view.ts';

/** What a person's last click on a row led to, where the row's state does not tell it. */
export interface RowNote {
  readonly text: string;
  /** The engine could not open a browser: the row offers the link itself. */
  readonly offersLink: boolean;
}

interface WindowState {
  readonly link: Link;
  readonly client: Client | undefined;
  /** Everything but the rows. */
  readonly overview: Omit<Snapshot, 'servers'> | undefined;
  readonly rows: Readonly<Record<string, ServerRow>>;
  /** Rows in the order of the configuration. */
  readonly order: readonly string[];
  readonly notes: Readonly<Record<string, RowNote>>;
  /** Rows whose click is being answered. */
  readonly busy: Readonly<Record<string, boolean>>;
  readonly listView: ListView;
  readonly settings: Settings | undefined;
  linkChanged(link: Link): void;
  attach(client: Client): void;
  showSnapshot(snapshot: Snapshot): void;
  showRow(row: ServerRow): void;
  /**
   * The row that a call answered with; `before` is the one that was shown when it was made. Answers and events come on
   * ways of their own: what was told meanwhile may be newer, and whatever is newer is told.
   */
  showReply(row: ServerRow, before: ServerRow | undefined): void;
  note(name: string, note: RowNote | undefined): void;
  setBusy(name: string, busy: boolean): void;
  showSettings(settings: Settings): void;
  changeListView(part: Partial<ListView>): void;
}

export const useWindow = create<WindowState>()((set, get) => ({
  link: 'connecting',
  client: undefined,
  overview: undefined,
  rows: {},
  order: [],
  notes: {},
  busy: {},
  listView: WHOLE_LIST,
  settings: undefined,
  linkChanged: (link) => {
    set({ link });
    if (link === 'open') void reload(get);
  },
  attach: (client) => {
    client.on('server', (row) => {
      changes += 1;
      get().showRow(row);
    });
    client.on('snapshot', (snapshot) => {
      changes += 1;
      get().showSnapshot(snapshot);
      void askSettings(get);
    });
    set({ client });
    if (get().link === 'open') void reload(get);
  },
  showSnapshot: ({ servers, ...overview }) =>
    set((state) => ({
      overview,
      order: servers.map((row) => row.name),
      rows: Object.fromEntries(servers.map((row) => [row.name, row])),
      notes: servers.reduce((notes, row) => keptNotes(notes, state.rows[row.name], row), state.notes),
    })),
  showRow: (row) =>
    set((state) => ({
      order: state.order.includes(row.name) ? state.order : [...state.order, row.name],
      rows: { ...state.rows, [row.name]: row },
      notes: keptNotes(state.notes, state.rows[row.name], row),
    })),
  showReply: (row, before) => {
    if (get().rows[row.name] === before) get().showRow(row);
  },
  note: (name, note) => set(({ notes }) => ({ notes: note ? { ...notes, [name]: note } : without(notes, name) })),
  setBusy: (name, busy) => set((state) => ({ busy: { ...state.busy, [name]: busy } })),
  showSettings: (settings) => set({ settings }),
  changeListView: (part) => set(({ listView }) => ({ listView: { ...listView, ...part } })),
}));

/** They are changed in the file too, and in other windows. */
async function askSettings(get: () => WindowState): Promise<void> {
  const reply = await get().client?.settings({});
  if (reply?.ok) get().showSettings(reply.value);
}

let changes = 0;

/** Asks again when something changed under the question: the answer may be older than what was told meanwhile. */
async function reload(get: () => WindowState): Promise<void> {
  void askSettings(get);
  for (let asked = 0; asked < 3; asked += 1) {
    const before = changes;
    const reply = await get().client?.status({});
    if (!reply?.ok) return;
    if (changes !== before && asked < 2) continue;
    return get().showSnapshot(reply.value);
  }
}

/** A note belongs to the state it was made in; an old error goes with success. */
function keptNotes(
  notes: Readonly<Record<string, RowNote>>,
  before: ServerRow | undefined,
  after: ServerRow,
): Readonly<Record<string, RowNote>> {
  const note = notes[after.name];
  if (!note || before?.state.kind === after.state.kind) return notes;
  return note.offersLink && after.state.kind === 'logging-in' ? notes : without(notes, after.name);
}

function without<T>(record: Readonly<Record<string, T>>, name: string): Readonly<Record<string, T>> {
  if (!(name in record)) return record;
  const { [name]: _gone, ...rest } = record;
  return rest;
}
