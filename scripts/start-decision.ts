/** What `npm start` found out; times in milliseconds since 1970. */
export interface StartFacts {
  readonly platform: NodeJS.Platform;
  readonly isRoot: boolean;
  /** A display that this process may use; asked on Linux only. */
  readonly hasDisplay: boolean;
  /** The person passes Chromium's --no-sandbox on. */
  readonly isUnsandboxed: boolean;
  readonly hasBinary: boolean;
  /** The last download that failed, of the Electron that is wanted now. */
  readonly failedDownload?: FailedDownload;
  readonly now: number;
}

export interface FailedDownload {
  readonly at: number;
  /** `it took over 60 s` */
  readonly why: string;
}

export type StartDecision =
  | { readonly run: 'electron' }
  | { readonly run: 'download' }
  | { readonly run: 'headless'; readonly because: string };

/** A failed download is not tried again for so long, so that the second start is fast. */
export const DOWNLOAD_PAUSE_MS = 24 * 60 * 60 * 1000;

/** The app in Electron where it can run; otherwise the engine alone, and the reason. Decided before Electron is loaded. */
export function decideStart(facts: StartFacts): StartDecision {
  if (facts.platform === 'linux') {
    // Nothing is downloaded that could not be shown.
    if (!facts.hasDisplay) return headless('there is no display');
    if (facts.isRoot && !facts.isUnsandboxed) return headless("Electron's sandbox does not run as root");
  }
  if (facts.hasBinary) return { run: 'electron' };
  const { failedDownload, now } = facts;
  if (!failedDownload || now - failedDownload.at >= DOWNLOAD_PAUSE_MS || failedDownload.at > now) {
    return { run: 'download' };
  }
  return headless(
    `Electron has no binary here, and its download failed ${ago(now - failedDownload.at)} (${failedDownload.why}); ` +
      'it is tried again after a day, or now with "npx install-electron"',
  );
}

export function downloadFailed(why: string): StartDecision {
  return headless(`Electron has no binary here, and its download failed (${why})`);
}

/** How long Electron must live to be the app; on machines where it cannot run it dies right after its start. */
export const EARLY_END_MS = 5000;

export interface ElectronEnd {
  readonly exitCode: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly afterMs: number;
  /** The end of what it wrote to standard error. */
  readonly lastWords: string;
  /** We were asked to end, so it was. */
  readonly wasAsked: boolean;
}

/** What the app itself ends with: done, a wrong switch, already running, port busy. A person was told. */
const OWN_EXIT_CODES: readonly (number | null)[] = [0, 2, 7, 8];

/** Undefined when the end of Electron is the end of all. */
export function decideAfterElectron(end: ElectronEnd): StartDecision | undefined {
  if (end.wasAsked || end.afterMs >= EARLY_END_MS || OWN_EXIT_CODES.includes(end.exitCode)) return undefined;
  const how = end.signal ? `by ${end.signal}` : `with exit code ${end.exitCode}`;
  const words = lastLine(end.lastWords);
  return headless(`Electron ended right after its start ${how}${words ? ` ("${words}")` : ''}`);
}

/** The last line that says something, short enough for one line of ours. */
export function lastLine(text: string): string {
  const lines = text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => /[\p{L}\p{N}]/u.test(line) && !line.startsWith('at '));
  const last = lines.at(-1) ?? '';
  return last.length > 200 ? `${last.slice(0, 200)}…` : last;
}

function headless(because: string): StartDecision {
  return { run: 'headless', because };
}

function ago(ms: number): string {
  const minutes = Math.round(ms / 60_000);
  if (minutes < 1) return 'just now';
  if (minutes < 60) return `${minutes} min ago`;
  return `${Math.round(minutes / 60)} h ago`;
}
