import { existsSync, statSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { coarseSpan, createShortTimes } from '../../src-main/shell/times.ts';
import { type Panel, trayImageName } from '../../src-main/shell/tray-image.ts';
import { type Drawn, menuWrites, redraw } from '../../src-main/shell/tray-policy.ts';
import { NOON } from '../control/scripted-engine.ts';

const drawn: Drawn = { image: 'well.png', toolTip: 'All connected', items: [{ label: 'All connected' }] };
const changed: Drawn = { image: 'need.png', toolTip: 'Sign in needed: a', items: [{ label: 'Sign in needed: a' }] };

describe('what is drawn anew', () => {
  it.each<[string, Drawn | undefined, Drawn, boolean, string]>([
    ['all of it at first', undefined, drawn, false, 'image toolTip menu'],
    ['nothing where nothing changed', drawn, { ...drawn, items: [{ label: 'All connected' }] }, false, ''],
    ['all of it after a change (37)', drawn, changed, false, 'image toolTip menu'],
    ['icon and tooltip alone while somebody looks at the menu', drawn, changed, true, 'image toolTip'],
    ['the menu alone where a time ran down', drawn, { ...drawn, items: changed.items }, false, 'menu'],
  ])('is %s', (_what, before, wanted, isMenuOpen, expected) => {
    const change = redraw(before, wanted, isMenuOpen);
    const parts = (['image', 'toolTip', 'menu'] as const).filter((part) => change[part]);
    expect(parts.join(' ')).toBe(expected);
  });

  it('writes spans where a menu can be written anew unseen, and times of day on Linux', () => {
    expect((['darwin', 'win32', 'linux'] as const).map(menuWrites)).toEqual(['spans', 'spans', 'times-of-day']);
  });
});

describe('the icon', () => {
  const linux: Panel = { platform: 'linux', desktop: 'KDE', isSystemDark: false };
  it.each<[string, Panel, string]>([
    ['a template on macOS', { ...linux, platform: 'darwin' }, 'tray/needTemplate.png'],
    ['dark lines on a light taskbar', { ...linux, platform: 'win32' }, 'tray/need-light.ico'],
    ['white ones on a dark one', { ...linux, platform: 'win32', isSystemDark: true }, 'tray/need-dark.ico'],
    ['for a light panel under Linux', linux, 'tray/need-light.png'],
    ['for a dark one', { ...linux, isSystemDark: true }, 'tray/need-dark.png'],
    ['for the bar of GNOME, which is dark always', { ...linux, desktop: 'ubuntu:GNOME' }, 'tray/need-dark.png'],
    ['for one that nobody names', { ...linux, desktop: undefined }, 'tray/need-light.png'],
  ])('is %s', (_what, panel, name) => {
    expect(trayImageName('need', panel)).toBe(name);
  });

  it('is drawn for each state, system and ground, at both sizes', () => {
    const assets = path.resolve(import.meta.dirname, '../../assets');
    for (const face of ['well', 'working', 'need', 'trouble', 'paused'] as const) {
      for (const platform of ['darwin', 'win32', 'linux'] as const) {
        for (const isSystemDark of [true, false]) {
          const file = path.join(assets, trayImageName(face, { platform, desktop: undefined, isSystemDark }));
          expect(statSync(file).size).toBeGreaterThan(100);
          if (file.endsWith('.png')) expect(existsSync(file.replace('.png', '@2x.png'))).toBe(true);
        }
      }
    }
  });
});

describe('times in a menu', () => {
  it.each([
    [5_000, '1 min'],
    [4 * 60_000, '4 min'],
    [89 * 60_000, '89 min'],
    [22 * 3_600_000, '22 h'],
    [72 * 3_600_000, '3 days'],
  ])('writes %i ms as %s', (ms, text) => {
    expect(coarseSpan(ms)).toBe(text);
  });

  it('names the day where it is not today', () => {
    const format = createShortTimes(() => NOON, 'en-GB');
    expect(format(NOON + 60_000)).toMatch(/^\d\d:01$/);
    expect(format(NOON + 48 * 3_600_000)).toMatch(/^Wed,? 3 Jun/);
  });
});
