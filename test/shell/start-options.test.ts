import { describe, expect, it } from 'vitest';
import { parseStartOptions } from '../../src-main/shell/start-options.ts';

describe('the switches of the app', () => {
  it.each([
    [[], { vault: 'keychain', hidden: false }],
    [['--hidden'], { vault: 'keychain', hidden: true }],
    [['--data-dir', '/d', '--port=0', '--vault', 'memory'], { dataDir: '/d', port: 0, vault: 'memory', hidden: false }],
    [['--original-process-start-time=1', '--allow-file-access-from-files', 'x'], { vault: 'keychain', hidden: false }],
  ])('takes its own of %j and leaves the rest', (args, value) => {
    expect(parseStartOptions(args)).toEqual({ ok: true, value });
  });

  it.each([
    [['--port', '65536'], '--port is a number from 0 to 65535.'],
    [['--port=-1'], '--port is a number from 0 to 65535.'],
    [['--port'], '--port is a number from 0 to 65535.'],
    [['--vault', 'cloud'], '--vault is "keychain", "file" or "memory".'],
    [['--data-dir'], '--data-dir needs a folder.'],
  ])('refuses %j', (args, detail) => {
    expect(parseStartOptions(args)).toEqual({ ok: false, problem: { code: 'invalid-input', detail } });
  });
});
