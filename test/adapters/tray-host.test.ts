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

/** How often a panel came. */
async function watch(): Promise<() => number> {
  let count = 0;
  const stop = await watchTrayHost(bus.env, () => {
    count += 1;
  });
  closing.push(stop);
  return () => count;
}

describe('39 a panel that shows tray icons', () => {
  test('is noticed when it comes, and when another one takes its place', async () => {
    const come = await watch();
    const host = await startTrayHost(bus.env);
    closing.push(host.stop);
    await vi.waitFor(() => expect(come()).toBeGreaterThan(0), { timeout: 10_000 });
    await host.stop();
    const before = come();
    const next = await startTrayHost(bus.env);
    closing.push(next.stop);
    await vi.waitFor(() => expect(come()).toBeGreaterThan(before), { timeout: 10_000 });
  });

  test('is not there before it says that it shows icons', async () => {
    const come = await watch();
    const early = await startTrayHost(bus.env, { showsIcons: false });
    closing.push(early.stop);
    await early.named;
    expect(come()).toBe(0);
    early.showIcons();
    await vi.waitFor(() => expect(come()).toBeGreaterThan(0), { timeout: 10_000 });
  });

  test('is waited for in silence where there is no bus', async () => {
    const stop = await watchTrayHost({ DBUS_SESSION_BUS_ADDRESS: 'unix:path=/nowhere/bus' }, () => {
      throw new Error('nobody came');
    });
    stop();
  });
});
