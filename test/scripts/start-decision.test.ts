import { describe, expect, it } from 'vitest';
import {
  DOWNLOAD_PAUSE_MS,
  decideAfterElectron,
  decideStart,
  EARLY_END_MS,
  type ElectronEnd,
  lastLine,
  type StartFacts,
} from '../../scripts/start-decision.ts';

const desktop: StartFacts = {
  platform: 'linux',
  isRoot: false,
  hasDisplay: true,
  isUnsandboxed: false,
  hasBinary: true,
  now: 100 * DOWNLOAD_PAUSE_MS,
};
const failedAgo = (ms: number) => ({ at: desktop.now - ms, why: 'fetch failed' });
const without = (because: string) => ({ run: 'headless', because });

describe('what npm start runs', () => {
  it.each<[string, Partial<StartFacts>, object]>([
    ['the app where all is there', {}, { run: 'electron' }],
    ['a download where only the binary lacks', { hasBinary: false }, { run: 'download' }],
    ['nothing to download without a display', { hasBinary: false, hasDisplay: false }, without('there is no display')],
    ['the engine alone as root', { isRoot: true }, without("Electron's sandbox does not run as root")],
    ['the app as root who wants no sandbox', { isRoot: true, isUnsandboxed: true }, { run: 'electron' }],
    ['the app on macOS, which has a display', { platform: 'darwin', hasDisplay: false }, { run: 'electron' }],
    [
      'no second download on the same day',
      { hasBinary: false, failedDownload: failedAgo(3 * 3_600_000) },
      without(
        'Electron has no binary here, and its download failed 3 h ago (fetch failed); it is tried again after a day, or now with "npx install-electron"',
      ),
    ],
    [
      'a download again after a day',
      { hasBinary: false, failedDownload: failedAgo(DOWNLOAD_PAUSE_MS) },
      { run: 'download' },
    ],
    [
      'a download when the clock was set back',
      { hasBinary: false, failedDownload: failedAgo(-1) },
      { run: 'download' },
    ],
    ['the app when a binary came after a failed download', { failedDownload: failedAgo(1) }, { run: 'electron' }],
  ])('is %s', (_what, facts, decision) => {
    expect(decideStart({ ...desktop, ...facts })).toEqual(decision);
  });
});

describe('when Electron has ended', () => {
  const early: ElectronEnd = { exitCode: 1, signal: null, afterMs: 300, lastWords: '', wasAsked: false };

  it.each<[string, Partial<ElectronEnd>, string]>([
    [
      'with its last words',
      { lastWords: 'a\n[1:ERROR:zygote] No usable sandbox!\n' },
      'with exit code 1 ("[1:ERROR:zygote] No usable sandbox!")',
    ],
    ['by a signal', { exitCode: null, signal: 'SIGTRAP' }, 'by SIGTRAP'],
  ])('right after its start %s, the engine runs headless', (_how, end, words) => {
    expect(decideAfterElectron({ ...early, ...end })).toEqual(without(`Electron ended right after its start ${words}`));
  });

  it.each<[string, Partial<ElectronEnd>]>([
    ['a person quit it at once', { exitCode: 0 }],
    ['a switch was wrong', { exitCode: 2 }],
    ['it runs already', { exitCode: 7 }],
    ['the port is busy', { exitCode: 8 }],
    ['we were asked to end', { exitCode: null, signal: 'SIGTERM', wasAsked: true }],
    ['it lived', { afterMs: EARLY_END_MS }],
  ])('because %s, all ends', (_why, end) => {
    expect(decideAfterElectron({ ...early, ...end })).toBeUndefined();
  });

  it('quotes the last line that says something, cut short', () => {
    expect(lastLine('')).toBe('');
    expect(lastLine('why\n    at place (file:1)\n---\n\n')).toBe('why');
    expect(lastLine('x'.repeat(300))).toBe(`${'x'.repeat(200)}…`);
  });
});
