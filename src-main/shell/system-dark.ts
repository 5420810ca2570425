import { nativeTheme } from 'electron';

/**
 * Whether the system's own surfaces are dark, by which a tray icon is chosen. Called before the app's theme is set: under
 * Linux Electron tells of the system only while the app follows it, so what was last seen counts.
 */
export function watchSystemDark(platform: NodeJS.Platform): () => boolean {
  if (platform === 'win32') return () => nativeTheme.shouldUseDarkColorsForSystemIntegratedUI;
  let isDark = nativeTheme.shouldUseDarkColors;
  nativeTheme.on('updated', () => {
    if (nativeTheme.themeSource === 'system') isDark = nativeTheme.shouldUseDarkColors;
  });
  return () => isDark;
}
