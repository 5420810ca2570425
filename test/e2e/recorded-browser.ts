import { readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { until } from './until.ts';

/** A program for GATEHOUSE_BROWSER that writes down which pages were opened, and shows none. */
export interface RecordedBrowser {
  readonly program: string;
  pages(): readonly string[];
  /** The page that is opened after so many. */
  pageAfter(count: number): Promise<string>;
}

export async function recordedBrowser(folder: string): Promise<RecordedBrowser> {
  const program = path.join(folder, 'browser');
  const record = path.join(folder, 'opened-pages');
  await writeFile(record, '');
  await writeFile(program, `#!/bin/sh\nprintf '%s\\n' "$1" >> '${record}'\n`, { mode: 0o755 });
  const pages = () =>
    readFileSync(record, 'utf8')
      .split('\n')
      .filter((line) => line !== '');
  return {
    program,
    pages,
    pageAfter: (count) => until(`page ${count + 1} is opened`, () => pages()[count]),
  };
}
