import type { Readable, Writable } from 'node:stream';
import { createLineSplitter } from '../../control/json-lines.ts';
import { EXIT, type ExitCode, exitCodeFor } from '../exit-codes.ts';
import { Bridge } from './bridge.ts';
import { EngineLink, type LinkDeps } from './engine-link.ts';
import { Wire } from './wire.ts';

/** Larger than what any endpoint takes; it only keeps an endless line from eating the memory. */
const LINE_LIMIT_BYTES = 64 * 1024 * 1024;

export interface BridgeOptions extends LinkDeps {
  /** A server, or all of them as one. */
  readonly name: string | undefined;
  readonly stdin: Readable;
  readonly stdout: Writable;
}

/** Bridges until the input ends, or nobody reads the output any more. Fails with what kept the engine away to the last. */
export async function runBridge({ name, stdin, stdout, ...linkDeps }: BridgeOptions): Promise<ExitCode> {
  const link = new EngineLink(linkDeps);
  const bridge = new Bridge({
    wire: new Wire(link, name),
    // A line break may stand between the parts of JSON, never inside a string of it.
    write: (text) =>
      new Promise((resolve) => void stdout.write(`${text.replaceAll(/[\r\n]+/g, ' ')}\n`, () => resolve())),
  });
  // Looked for before anybody asks: the first answer is sooner there.
  void link.open('background', AbortSignal.abort());
  await new Promise<void>((resolve) => {
    const split = createLineSplitter(LINE_LIMIT_BYTES, {
      onLine: (line) => bridge.take(line),
      onTooLong: () => bridge.refuseLine(LINE_LIMIT_BYTES),
    });
    stdin.on('data', split);
    stdin.once('end', () => void bridge.end().then(resolve));
    stdin.once('error', () => void bridge.end().then(resolve));
    stdout.once('error', () => void bridge.stop().then(resolve));
  });
  link.close();
  return link.problem ? exitCodeFor(link.problem) : EXIT.done;
}
