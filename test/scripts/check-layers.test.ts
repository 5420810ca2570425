import { describe, expect, it } from 'vitest';
import { checkLayers } from '../../scripts/layers.ts';

function messages(files: Record<string, string>): string[] {
  return checkLayers(new Map(Object.entries(files))).map(({ file, line, message }) => `${file}:${line}: ${message}`);
}

describe('who may know whom', () => {
  it('lets each room know what lies below it', () => {
    expect(
      messages({
        'src-main/engine/ports.ts': "import type { EpochMs } from './model/ids.ts';",
        'src-main/engine/oauth/scope.ts':
          "import { ok } from '../model/result.ts';\nimport type { Http } from '../ports.ts';",
        'src-main/engine/login/authorization-flow.ts':
          "import { a } from '../oauth/pkce.ts';\nimport { b } from '../tokens/token-store.ts';",
        'src-main/engine/engine.ts': "import { a } from './endpoint/lane.ts';\nimport { b } from './config/parse.ts';",
        'src-main/adapters/system-clock.ts': "import type { Clock } from '../engine/ports.ts';",
        'src-main/headless.ts': "import { a } from './adapters/http.ts';\nimport { b } from './engine/engine.ts';",
        'src-main/cli/status.ts':
          "import { a } from '../control/client.ts';\nimport { b } from '../engine/model/words.ts';",
        'src-main/cli/gatehouse.ts':
          "import { a } from './status.ts';\nimport { b } from '../adapters/data-folder.ts';",
        'src-renderer/store.ts': "import type { Client } from '../src-preload/derive.ts';",
      }),
    ).toEqual([]);
  });

  it.each([
    ['src-main/engine/model/ids.ts', '../ports.ts', 'model may not know ports'],
    ['src-main/engine/oauth/pkce.ts', '../tokens/token-store.ts', 'oauth may not know tokens'],
    ['src-main/engine/oauth/pkce.ts', '../../adapters/http.ts', 'oauth may not know adapters'],
    ['src-main/engine/tokens/refresher.ts', '../login/flow-coordinator.ts', 'tokens may not know login'],
    ['src-main/engine/endpoint/lane.ts', '../engine.ts', 'endpoint may not know engine'],
    ['src-main/engine/config/parse.ts', '../ports.ts', 'config may not know ports'],
    ['src-main/adapters/http.ts', '../engine/oauth/pkce.ts', 'adapters may not know oauth'],
    ['src-main/control/server.ts', '../engine/tokens/refresher.ts', 'control may not know tokens'],
    ['src-main/cli/status.ts', '../engine/engine.ts', 'cli may not know engine'],
    ['src-preload/derive.ts', '../src-main/engine/ports.ts', 'src-preload may not know ports'],
    ['src-renderer/app.tsx', '../src-main/engine/engine.ts', 'src-renderer may not know engine'],
    ['src-renderer/app.tsx', '../src-main/engine/model/words.ts', 'alone is English'],
    ['src-main/engine/tokens/refresher.ts', '../../../test/fakes/manual-clock.ts', 'which is no room of the product'],
  ])('tells %s that it may not import %s, and what to do instead', (file, target, message) => {
    const told = messages({ [file]: `import { x } from '${target}';` });
    expect(told).toHaveLength(1);
    expect(told[0]).toContain(message);
    expect(told[0]).toContain('Instead: ');
  });

  it('sees re-exports, imports over several lines, side effects, type-only and dynamic imports, and their lines', () => {
    const file = 'src-main/engine/oauth/pkce.ts';
    expect(
      messages({
        [file]: [
          "export { a } from '../login/a.ts';",
          'import {',
          '  b,',
          "} from '../login/b.ts';",
          "import '../login/c.ts';",
          "import type { D } from '../login/d.ts';",
          "const e = await import('../login/e.ts');",
        ].join('\n'),
      }).map((told) => told.split(':')[1]),
    ).toEqual(['1', '4', '6', '5', '7']);
  });

  it('overlooks what stands in comments and strings', () => {
    expect(
      messages({
        'src-main/engine/oauth/pkce.ts':
          "// import { a } from '../login/a.ts'; Date.now()\n/* setTimeout(\n fetch( */\nconst url = 'https://x/';\nconst s = 'setTimeout';",
      }),
    ).toEqual([]);
  });
});

describe('one door for each outside thing', () => {
  it.each([
    ['src-main/shell/tray.ts', 'electron'],
    ['src-main/main.ts', 'electron-store'],
    ['src-preload/preload.ts', 'electron'],
    ['src-main/adapters/log-file.ts', 'electron-log/node'],
    ['src-main/adapters/keychain/worker.ts', 'keytar'],
    ['src-main/engine/oauth/token-request.ts', 'openid-client'],
    ['src-main/engine/upstream/probe.ts', '@modelcontextprotocol/sdk/types.js'],
    ['src-main/adapters/http.ts', 'undici'],
    ['src-main/engine/config/schema.ts', 'zod'],
  ])('lets %s import %s', (file, name) => {
    expect(messages({ [file]: `import { x } from '${name}';` })).toEqual([]);
  });

  it.each([
    ['src-main/adapters/http.ts', 'electron', 'take a port or a callback from main.ts'],
    ['src-main/adapters/log-file.ts', 'electron-log/main', 'take a port or a callback from main.ts'],
    ['src-main/headless.ts', 'keytar', 'take a Vault'],
    ['src-main/engine/login/flow.ts', 'oauth4webapi', 'named after the RFC step'],
    ['src-main/engine/endpoint/lane.ts', '@modelcontextprotocol/sdk/types.js', 'plain JSON-RPC values'],
    ['src-main/engine/endpoint/lane.ts', 'undici', 'take Http'],
    ['src-main/engine/tokens/token-store.ts', 'zod', 'parse at the edge'],
    ['src-main/engine/model/ids.ts', 'node:crypto', 'pass the value in'],
    ['src-renderer/app.tsx', 'node:fs', 'src-preload/contract.ts'],
  ])('tells %s what to do instead of importing %s', (file, name, instead) => {
    const told = messages({ [file]: `import { x } from '${name}';` });
    expect(told).toHaveLength(1);
    expect(told[0]).toContain(instead);
  });

  it("lets ports and the endpoint name undici's types, and nobody else", () => {
    const source = "import type { Dispatcher } from 'undici';";
    expect(messages({ 'src-main/engine/endpoint/lane.ts': source, 'src-main/engine/ports.ts': source })).toEqual([]);
    expect(messages({ 'src-main/engine/endpoint/lane.ts': "import { type Dispatcher } from 'undici';" })).toEqual([]);
    expect(messages({ 'src-main/engine/oauth/pkce.ts': source })).toHaveLength(1);
    expect(messages({ 'src-main/engine/endpoint/lane.ts': "import { type A, request } from 'undici';" })).toHaveLength(
      1,
    );
  });

  it('lets one file make the window, and nobody weaken it', () => {
    const make = 'const window = new BrowserWindow({});';
    expect(messages({ 'src-main/shell/status-window.ts': make })).toEqual([]);
    expect(messages({ 'src-main/shell/tray.ts': make })).toHaveLength(1);
    for (const weak of [
      'sandbox: false',
      'contextIsolation: false',
      'nodeIntegration: true',
      'nodeIntegrationInWorker: true',
    ]) {
      expect(messages({ 'src-main/shell/status-window.ts': `const preferences = { ${weak} };` }), weak).toHaveLength(1);
    }
  });

  it('keeps ipcMain and ipcRenderer behind their two files', () => {
    const main = "import { ipcMain } from 'electron';";
    const renderer = "import { ipcRenderer } from 'electron';";
    expect(messages({ 'src-main/shell/ipc.ts': main, 'src-preload/preload.ts': renderer })).toEqual([]);
    expect(messages({ 'src-main/shell/tray.ts': main })).toHaveLength(1);
    expect(messages({ 'src-main/main.ts': 'electron.ipcMain.handle();' })).toHaveLength(1);
  });
});

describe('the engine takes ports', () => {
  it.each([
    ['const at = Date.now();', 'take Clock'],
    ['const at = new Date();', 'take Clock'],
    ['const at = performance.now();', 'take Clock'],
    ['setTimeout(go, 5);', 'setAlarm'],
    ['setInterval(go, 5);', 'setAlarm'],
    ['setImmediate(go);', 'setAlarm'],
    ['globalThis.setTimeout(go, 5);', 'setAlarm'],
    ['const signal = AbortSignal.timeout(5);', 'setAlarm'],
    ['const n = Math.random();', 'take Random'],
    ['const id = crypto.randomUUID();', 'take Random'],
    ["import { randomBytes } from 'node:crypto';", 'take Random'],
    ['const answer = await fetch(url);', 'take Http'],
    ['const options = { fetch: globalThis.fetch };', 'take Http'],
  ])('instead of `%s`', (source, instead) => {
    const told = messages({ 'src-main/engine/tokens/refresher.ts': source });
    expect(told).toHaveLength(1);
    expect(told[0]).toContain(instead);
    expect(messages({ 'src-main/adapters/anything.ts': source })).toEqual([]);
  });

  it('may turn a time it was given into a Date, and call a method that is named fetch', () => {
    expect(
      messages({
        'src-main/engine/oauth/a.ts': 'const d = new Date(at);\nconst b = port.fetch(d);\nconst t = clock.setTimeout;',
      }),
    ).toEqual([]);
  });
});
