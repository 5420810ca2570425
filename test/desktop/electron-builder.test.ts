import { existsSync } from 'node:fs';
import path from 'node:path';
import { getConfig, validateConfiguration } from 'app-builder-lib/out/util/config/config.js';
import { DebugLogger } from 'builder-util';
import { beforeAll, describe, expect, it } from 'vitest';

const ROOT = path.resolve(import.meta.dirname, '../..');

let config: Awaited<ReturnType<typeof getConfig>>;

beforeAll(async () => {
  config = await getConfig(ROOT, 'electron-builder.yml', null);
});

describe('electron-builder.yml', () => {
  it('is valid', async () => {
    await expect(validateConfiguration(config, new DebugLogger())).resolves.toBeUndefined();
  });

  it('would be told if it were not', async () => {
    const misspelt = { ...config, asarUnpak: [] };
    await expect(validateConfiguration(misspelt, new DebugLogger())).rejects.toThrow('asarUnpak');
  });

  it('turns off what would let another program run code as Gatehouse', () => {
    expect(config.electronFuses).toEqual({
      runAsNode: false,
      enableNodeOptionsEnvironmentVariable: false,
      enableNodeCliInspectArguments: false,
      enableEmbeddedAsarIntegrityValidation: true,
      onlyLoadAppFromAsar: true,
      grantFileProtocolExtraPrivileges: false,
    });
  });

  it('packs what is built and the icons: no sources, tests, scripts or demo', () => {
    expect(config.files).toEqual([
      {
        filter: [
          'dist/main/**',
          'dist/preload/**',
          'dist/renderer/**',
          '!dist/**/*.map',
          'assets/*.png',
          'assets/*.ico',
          'assets/tray/*',
          'package.json',
          '!**/keytar/prebuilds/!(${platform}-${arch})/**',
          '!**/keytar/{build,src,script,binding.gyp}{,/**}',
        ],
      },
    ]);
    expect(config.asarUnpack).toEqual(['**/keytar/**/*.node']);
  });

  it('names icons that are there, for three systems, and the scheme', () => {
    expect(existsSync(path.join(ROOT, String(config.mac?.entitlements)))).toBe(true);
    for (const system of [config.mac, config.win, config.linux]) {
      expect(existsSync(path.join(ROOT, String(system?.icon)))).toBe(true);
      expect(system?.target).toBeTruthy();
    }
    expect(config.protocols).toEqual([{ name: 'Gatehouse', schemes: ['gatehouse'] }]);
  });
});
