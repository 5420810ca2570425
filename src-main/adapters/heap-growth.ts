import { setFlagsFromString } from 'node:v8';

/**
 * Lets the heap grow by a fifth between two collections of all of it. V8 would let it double and more, and gives back
 * little of that: after a busy hour the engine stood at 220 MiB in place of 145. Calls cost the same, because what lives
 * longer than one of them is small.
 */
export function keepHeapSmall(): void {
  setFlagsFromString('--heap-growing-percent=20');
}
