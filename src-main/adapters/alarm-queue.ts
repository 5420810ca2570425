import type { EpochMs } from '../engine/model/ids.ts';

export interface QueuedAlarm {
  readonly at: EpochMs;
  readonly ring: () => void;
}

interface Entry extends QueuedAlarm {
  place: number;
}

/** Alarms by time, as a binary heap: looking at the earliest is free, coming and going costs the logarithm of all. */
export class AlarmQueue {
  readonly #heap: Entry[] = [];

  get size(): number {
    return this.#heap.length;
  }

  get earliest(): QueuedAlarm | undefined {
    return this.#heap[0];
  }

  /** Gives what takes it out again; after it is out that does nothing. */
  add(alarm: QueuedAlarm): () => void {
    const entry: Entry = { ...alarm, place: this.#heap.length };
    this.#heap.push(entry);
    this.#rise(entry);
    return () => this.#remove(entry);
  }

  takeEarliest(): QueuedAlarm | undefined {
    const first = this.#heap[0];
    if (first) this.#remove(first);
    return first;
  }

  clear(): void {
    for (const entry of this.#heap) entry.place = GONE;
    this.#heap.length = 0;
  }

  #remove(entry: Entry): void {
    if (entry.place === GONE) return;
    const last = this.#heap.pop();
    if (last && last !== entry) {
      this.#put(last, entry.place);
      this.#rise(last);
      this.#sink(last);
    }
    entry.place = GONE;
  }

  #put(entry: Entry, place: number): void {
    this.#heap[place] = entry;
    entry.place = place;
  }

  #rise(entry: Entry): void {
    for (;;) {
      const above = this.#heap[Math.ceil(entry.place / 2) - 1];
      if (!above || above.at <= entry.at) return;
      const { place } = above;
      this.#put(above, entry.place);
      this.#put(entry, place);
    }
  }

  #sink(entry: Entry): void {
    for (;;) {
      const left = this.#heap[2 * entry.place + 1];
      const right = this.#heap[2 * entry.place + 2];
      const below = left && right && right.at < left.at ? right : left;
      if (!below || entry.at <= below.at) return;
      const { place } = below;
      this.#put(below, entry.place);
      this.#put(entry, place);
    }
  }
}

const GONE = -1;
