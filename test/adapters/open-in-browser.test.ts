import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createSystemBrowser } from '../../src-main/adapters/open-in-browser.ts';

const URL_WITH_SHELL_WORDS = 'https://login.example/authorize?a=1&b=%20$(touch%20x)`id`;echo&c="d"';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'gatehouse browser '));
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** A shell script in the folder; `$1` is its first argument. */
function program(script: string, name = 'browser'): string {
  const file = path.join(folder, name);
  writeFileSync(file, `#!/bin/sh\ncd '${folder}'\n${script}\n`);
  chmodSync(file, 0o755);
  return file;
}

function written(name: string): string {
  return readFileSync(path.join(folder, name), 'utf8');
}

describe('the program that GATEHOUSE_BROWSER names', () => {
  it('gets the URL as its one argument, past any shell', async () => {
    const file = program('printf "%s\\n" "$#" "$@" > seen');
    const opened = await createSystemBrowser({ env: { ...process.env, GATEHOUSE_BROWSER: file } }).open(
      URL_WITH_SHELL_WORDS,
    );
    expect(opened).toEqual({ ok: true, value: undefined });
    expect(written('seen')).toBe(`1\n${URL_WITH_SHELL_WORDS}\n`);
  });

  it('is taken for started when it still runs after a second, and lives on', async () => {
    const file = program('while [ ! -e go ]; do sleep 0.05; done; echo done > ended');
    expect(
      await createSystemBrowser({ env: { ...process.env, GATEHOUSE_BROWSER: file } }).open('https://a.example/'),
    ).toMatchObject({ ok: true });
    expect(existsSync(path.join(folder, 'ended'))).toBe(false);
    writeFileSync(path.join(folder, 'go'), '');
    await vi.waitFor(() => expect(written('ended')).toBe('done\n'), { timeout: 5000 });
  });

  it.each([
    ['is not there', 'nowhere', undefined, 'was not found'],
    ['may not be run', 'plain', 'plain', 'could not be started (EACCES)'],
    ['ends with an error', 'browser', 'exit 3', 'ended with code 3'],
  ])('is told of when it %s', async (_, name, script, why) => {
    const file = script === undefined ? path.join(folder, name) : program(script, name);
    if (name === 'plain') chmodSync(file, 0o644);
    const opened = await createSystemBrowser({ env: { ...process.env, GATEHOUSE_BROWSER: file } }).open(
      'https://a.example/',
    );
    expect(opened).toEqual({
      ok: false,
      problem: { code: 'browser-not-opened', detail: `the program ${file} ${why}` },
    });
  });
});

describe("the system's browser", () => {
  async function openedWith(platform: NodeJS.Platform, env: Record<string, string>): Promise<string> {
    for (const name of ['open', 'xdg-open', 'rundll32']) program('echo "$(basename "$0") $*" > seen', name);
    const opened = await createSystemBrowser({ env: { PATH: `${folder}:${process.env.PATH}`, ...env }, platform }).open(
      'https://a.example/',
    );
    return opened.ok ? written('seen').trim() : JSON.stringify(opened.problem);
  }

  it('is opened in the way of each system', async () => {
    expect(await openedWith('linux', { DISPLAY: ':0' })).toBe('xdg-open https://a.example/');
    expect(await openedWith('linux', { WAYLAND_DISPLAY: 'wayland-0' })).toBe('xdg-open https://a.example/');
    expect(await openedWith('darwin', {})).toBe('open https://a.example/');
    expect(await openedWith('win32', {})).toBe('rundll32 url.dll,FileProtocolHandler https://a.example/');
  });

  it('is not tried where there is no display', async () => {
    expect(await openedWith('linux', {})).toBe('{"code":"browser-not-opened","detail":"there is no display"}');
  });
});

it.each([
  'file:///etc/passwd',
  'javascript:alert(1)',
  'nonsense',
  '--help',
  'https://a.example/\nx',
  'https://a.example/ x',
])('F5 hands nothing but a web address to any program: %j', async (url) => {
  const file = program('touch seen');
  expect(await createSystemBrowser({ env: { ...process.env, GATEHOUSE_BROWSER: file } }).open(url)).toMatchObject({
    ok: false,
    problem: { code: 'browser-not-opened' },
  });
  expect(existsSync(path.join(folder, 'seen'))).toBe(false);
});
