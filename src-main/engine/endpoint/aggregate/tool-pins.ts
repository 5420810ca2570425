import { createHash } from 'node:crypto';
import type { ServerName } from '../../model/ids.ts';
import type { PinnedTool, PinnedTools, Pinning, PinTools, ToolChange } from '../../model/pinned-tools.ts';
import { type ReadTool, toolText } from '../../model/tool-text.ts';
import { visibleText } from '../../model/visible-text.ts';
import type { KeptRecord, Logger } from '../../ports.ts';

/** Of a text that is longer the file keeps this much; its hash is of all of it. */
const LONGEST_KEPT = 64 * 1024;

interface ListedTool extends ReadTool {
  readonly name: string;
}

/** A tool as its server shows it now. */
interface Look {
  readonly name: string;
  readonly hash: string;
  readonly text: string;
}

export interface ToolPinsDeps {
  readonly logger: Logger;
  /** What is changed or held back of this server is other than before. */
  readonly onChange: (server: ServerName) => void;
}

/**
 * What the servers' tools looked like when they were first seen or approved. What a server lists is compared with it
 * (scenario 45): a text that a person once read must not become another one unnoticed.
 */
export class ToolPins {
  readonly #record: KeptRecord<PinnedTools>;
  readonly #deps: ToolPinsDeps;
  readonly #pinned: Map<ServerName, Map<string, PinnedTool>>;
  /** What each server lists now, for each kind of caller. */
  readonly #listed = new Map<ServerName, Map<string, readonly Look[]>>();
  readonly #looks = new WeakMap<ListedTool, Look>();
  #pinning: Pinning = { all: 'off', each: new Map() };
  /** Another one after each change of what passes. */
  version = 0;

  constructor(record: KeptRecord<PinnedTools>, deps: ToolPinsDeps) {
    this.#record = record;
    this.#deps = deps;
    this.#pinned = new Map(
      record.left.map(({ server, tools }) => [server, new Map(tools.map((tool) => [tool.name, tool]))]),
    );
    record.start(() => [...this.#pinned].map(([server, tools]) => ({ server, tools: [...tools.values()] })));
  }

  /** @returns whether anything is other than before */
  configure(pinning: Pinning): boolean {
    const before = this.#pinning;
    this.#pinning = pinning;
    this.version += 1;
    return JSON.stringify([before.all, [...before.each]]) !== JSON.stringify([pinning.all, [...pinning.each]]);
  }

  modeOf(server: ServerName): PinTools {
    return this.#pinning.each.get(server) ?? this.#pinning.all;
  }

  /** What a server lists for one kind of caller. Its first list ever is taken as approved. */
  seen(server: ServerName, kindOfCaller: string, tools: readonly ListedTool[]): void {
    if (this.modeOf(server) === 'off') return;
    const before = new Set(this.changes(server).map(({ hash }) => hash));
    const looks = tools.map((tool) => this.#lookOf(tool));
    const listed = this.#listed.get(server) ?? new Map<string, readonly Look[]>();
    const seenBefore = new Set([...listed.values()].flat().map(({ hash }) => hash));
    this.#listed.set(server, listed.set(kindOfCaller, looks));
    if (!this.#pinned.has(server)) {
      this.#pinned.set(server, new Map());
      for (const look of looks) this.#pin(server, [look]);
      this.#record.changed();
    }
    this.version += 1;
    const now = this.changes(server);
    // Each form is logged once, however many kinds of callers come to see it.
    const isNew = (tool: string): boolean => looks.some(({ name, hash }) => name === tool && !seenBefore.has(hash));
    for (const { name, kind, hash } of now) {
      if (before.has(hash) || !isNew(name)) continue;
      this.#deps.logger.warn('tool.changed', { server, detail: visibleText(name), outcome: kind });
    }
    if (now.length !== before.size || now.some(({ hash }) => !before.has(hash))) this.#deps.onChange(server);
  }

  /** Whether callers may see and call it. */
  passes(server: ServerName, tool: ListedTool): boolean {
    if (this.modeOf(server) !== 'hold') return true;
    return this.#isPinned(server, this.#lookOf(tool));
  }

  /** How many tools it knows as approved. */
  approvedOf(server: ServerName): number {
    return this.#pinned.get(server)?.size ?? 0;
  }

  /** What is not as it was approved, each tool once. */
  changes(server: ServerName): readonly ToolChange[] {
    if (this.modeOf(server) === 'off') return [];
    return [...this.#variants(server)]
      .filter(([, looks]) => looks.some((look) => !this.#isPinned(server, look)))
      .map(([name, looks]) => {
        const before = this.#pinned.get(server)?.get(name);
        const shown = looks.find((look) => !this.#isPinned(server, look));
        return {
          name,
          kind: before ? 'changed' : 'new',
          hash: hashOf(looks.map(({ hash }) => hash).join()),
          after: shown?.text ?? '',
          ...(before ? { before: before.text } : {}),
        };
      });
  }

  /** @returns false where a tool is no longer what was shown: then nothing is approved */
  async approve(server: ServerName, shown: readonly Pick<ToolChange, 'name' | 'hash'>[]): Promise<boolean> {
    const changes = this.changes(server);
    const isAsShown = shown.every(({ name, hash }) => changes.some((one) => one.name === name && one.hash === hash));
    if (!isAsShown) return false;
    const variants = this.#variants(server);
    for (const { name } of shown) this.#pin(server, variants.get(name) ?? []);
    this.version += 1;
    this.#deps.onChange(server);
    // A hold that is gone is gone from the disk before the person is told.
    await this.#record.erased();
    return true;
  }

  /** Removed, or another server under the same name: it begins anew. */
  async forget(server: ServerName): Promise<void> {
    this.#listed.delete(server);
    this.version += 1;
    if (this.#pinned.delete(server)) await this.#record.erased();
  }

  stop(): Promise<void> {
    return this.#record.stop();
  }

  #pin(server: ServerName, looks: readonly Look[]): void {
    const [first] = looks;
    if (!first) return;
    const hashes = [...new Set(looks.map(({ hash }) => hash))];
    this.#pinned.get(server)?.set(first.name, { name: first.name, hashes, text: first.text.slice(0, LONGEST_KEPT) });
  }

  #isPinned(server: ServerName, { name, hash }: Look): boolean {
    return this.#pinned.get(server)?.get(name)?.hashes.includes(hash) ?? false;
  }

  /** Each tool in all the forms in which it is listed now. */
  #variants(server: ServerName): ReadonlyMap<string, readonly Look[]> {
    const variants = new Map<string, Look[]>();
    for (const look of [...(this.#listed.get(server)?.values() ?? [])].flat()) {
      const known = variants.get(look.name) ?? [];
      if (!known.some(({ hash }) => hash === look.hash)) variants.set(look.name, [...known, look]);
    }
    return variants;
  }

  #lookOf(tool: ListedTool): Look {
    const known = this.#looks.get(tool);
    if (known) return known;
    const text = toolText(tool);
    const look = { name: tool.name, hash: hashOf(text), text };
    this.#looks.set(tool, look);
    return look;
  }
}

function hashOf(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
