import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { watchTrayHost } from '../../src-main/adapters/tray-host.ts';
import { type Bus, startBus, startTrayHost } from '../fakes/tray-host.ts';

let folder: string;
let bus: Bus;
let closing: (() => unknown)[];

beforeEach(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'gatehouse-bus-'));
  bus = await startBus(folder);
  closing = [() => rmSync(folder, { recursive: true, force: true }), bus.stop];
});
afterEach(async () => {
  for (const close of closing.reverse()) await close();
});

/** Watches until it hears; a panel is started anew until then, because nobody tells when the watch has begun. */
function watch(): { readonly come: () => number } {
  let come = 0;
  closing.push(
    watchTrayHost(bus.env, () => {
      come += 1;
    }),
  );
  return { come: () => come };
}

describe('39 a panel that shows tray icons', () => {
  test('is noticed when it comes, and when another one takes its place', async () => {
    const { come } = watch();
    await vi.waitFor(
      async () => {
        const host = await startTrayHost(bus.env);
        closing.push(host.stop);
        await vi.waitFor(() => expect(come()).toBeGreaterThan(0), { timeout: 300 }).finally(host.stop);
      },
      { timeout: 10_000 },
    );
    const before = come();
    const next = await startTrayHost(bus.env);
    closing.push(next.stop);
    await vi.waitFor(() => expect(come()).toBeGreaterThan(before), { timeout: 10_000 });
  });

  test('is not there before it says that it shows icons, and not when it goes', async () => {
    const { come } = watch();
    const early = await startTrayHost(bus.env, { showsIcons: false });
    closing.push(early.stop);
    await vi.waitFor(
      () => {
        early.showIcons();
        expect(come()).toBeGreaterThan(0);
      },
      { timeout: 10_000, interval: 100 },
    );
    expect(come()).toBeGreaterThan(0);
  });

  test('is waited for in silence where there is no bus', () => {
    const stop = watchTrayHost({ DBUS_SESSION_BUS_ADDRESS: 'unix:path=/nowhere/bus' }, () => {
      throw new Error('nobody came');
    });
    stop();
  });
});
