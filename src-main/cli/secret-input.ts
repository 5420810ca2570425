import { createInterface } from 'node:readline';
import { Writable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { fail, ok, type Result } from '../engine/model/result.ts';
import type { InputStream } from './context.ts';
import type { TextSink } from './output.ts';

/** A secret from standard input: all of it, or at a terminal one line that is not shown. It never goes through argv. */
export async function readSecret(stdin: InputStream, stderr: TextSink): Promise<Result<string>> {
  const given = stdin.isTTY ? await askHidden('Client secret (not shown): ', stdin, stderr) : await text(stdin);
  const secret = given.replace(/\r?\n$/, '');
  if (secret === '') return fail({ code: 'invalid-input', detail: 'No client secret came on standard input.' });
  if (/[\r\n\0]/.test(secret)) {
    return fail({ code: 'invalid-input', detail: 'The client secret on standard input must be one line.' });
  }
  return ok(secret);
}

/** One line at a terminal, not shown; empty where it is broken off. */
export async function askHidden(prompt: string, stdin: InputStream, stderr: TextSink): Promise<string> {
  const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() });
  const lines = createInterface({ input: stdin, output: nowhere, terminal: true });
  // The terminal echoes nothing from here on; what is typed before the question would show.
  stderr.write(prompt);
  try {
    return await new Promise<string>((resolve) => {
      lines.once('line', resolve);
      lines.once('SIGINT', () => resolve(''));
      lines.once('close', () => resolve(''));
    });
  } finally {
    lines.close();
    stderr.write('\n');
  }
}
