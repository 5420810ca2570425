import { EventEmitter } from 'node:events';
import { describe, expect, it } from 'vitest';
import { nextUpdateState, type UpdateState } from '../../src-main/shell/update-policy.ts';
import { createUpdates, type Updater } from '../../src-main/shell/updates.ts';
import type { ServerRow, Snapshot } from '../../src-preload/contract.ts';

const NOW = 1_790_000_000_000;

function shownWith(part: Partial<ServerRow>, rest: Partial<Snapshot> = {}): Snapshot {
  const row: ServerRow = {
    name: 'linear',
    url: 'https://mcp.linear.app/mcp',
    endpoint: 'http://127.0.0.1:7717/mcp/linear',
    state: { kind: 'ready', token: { kind: 'not-needed' } },
    since: NOW,
    calls: 0,
    ...part,
  };
  return {
    version: '1.0.0',
    pid: 1,
    dataDir: '/data',
    endpoint: 'http://127.0.0.1:7717/mcp',
    vault: { kind: 'keychain' },
    command: { file: '/usr/bin/node', args: ['/gatehouse/cli.js'] },
    demo: 'absent',
    callers: 0,
    servers: [row],
    ...rest,
  };
}

/** The events of electron-updater, as it emits them. */
class ScriptedUpdater extends EventEmitter {
  autoDownload = false;
  autoInstallOnAppQuit = false;
  allowDowngrade = true;
  logger: Updater['logger'] = console;
  restarts = 0;
  checks = 0;
  checkForUpdates(): Promise<null> {
    this.checks += 1;
    return Promise.resolve(null);
  }
  quitAndInstall(): void {
    this.restarts += 1;
  }
}

function opened() {
  const updater = new ScriptedUpdater();
  const warnings: string[] = [];
  const updates = createUpdates(
    updater as unknown as Updater,
    () => undefined,
    (detail) => warnings.push(detail),
  );
  return { updater, updates, warnings };
}

describe('an update of the app', () => {
  it('is downloaded by itself, and restarted into only when the person wants that', () => {
    const { updater, updates } = opened();
    expect(updater).toMatchObject({
      autoDownload: true,
      autoInstallOnAppQuit: true,
      allowDowngrade: false,
      logger: null,
    });
    updates.check();
    expect(updater.checks).toBe(1);
    expect(updates.state).toEqual({ kind: 'checking' });
    updater.emit('update-available', { version: '1.1.0' });
    updater.emit('update-downloaded', { version: '1.1.0' });
    updates.look(shownWith({}));
    expect(updates.state).toEqual({ kind: 'ready', version: '1.1.0' });
    expect(updater.restarts).toBe(0);
    updates.install();
    expect(updater.restarts).toBe(1);
  });

  it.each<[string, Snapshot]>([
    ['a sign-in', shownWith({ state: { kind: 'logging-in', flowId: 'f' as never, since: NOW, deadline: NOW + 1 } })],
    [
      'a renewal',
      shownWith({
        login: {
          issuer: 'https://as.example',
          clientId: 'c',
          registration: 'dynamic',
          renewedCount: 0,
          token: { kind: 'refreshing', startedAt: NOW, correlationId: 'c' as never },
        },
      }),
    ],
    ['a sign-in to all', shownWith({}, { loginToAll: { server: 'linear', left: 2 } })],
  ])('waits for the end of %s', (_what, busy) => {
    const { updater, updates } = opened();
    updater.emit('update-downloaded', { version: '1.1.0' });
    updates.look(busy);
    updates.install();
    expect(updater.restarts).toBe(0);
    expect(updates.state).toEqual({ kind: 'restarting-soon', version: '1.1.0' });
    updates.look(shownWith({}));
    expect(updater.restarts).toBe(1);
  });

  it('says in one line why it failed', () => {
    const { updater, updates, warnings } = opened();
    updater.emit('error', new Error('the signature does not fit\n    at /somewhere'));
    expect(updates.state).toEqual({ kind: 'failed', detail: 'the signature does not fit' });
    expect(warnings).toEqual(['the signature does not fit']);
    updates.install();
    expect(updater.restarts).toBe(0);
  });

  it('that is ready stays so, whatever a later look finds', () => {
    const ready: UpdateState = { kind: 'ready', version: '1.1.0' };
    expect(nextUpdateState(ready, { event: 'check' })).toEqual(ready);
    expect(nextUpdateState(ready, { event: 'not-available' })).toEqual(ready);
    expect(nextUpdateState(ready, { event: 'error', detail: 'x' })).toEqual(ready);
    expect(nextUpdateState(ready, { event: 'downloaded', version: '1.2.0' })).toEqual({
      kind: 'ready',
      version: '1.2.0',
    });
  });
});
