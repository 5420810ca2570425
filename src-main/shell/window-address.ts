/** The app's own scheme: its pages have an origin, which `file:` pages do not, and no port that others could ask. */
export const WINDOW_SCHEME = 'app';
const WINDOW_HOST = 'gatehouse';
export const WINDOW_URL = `${WINDOW_SCHEME}://${WINDOW_HOST}/`;

/** Whether an address is one of the window's own pages. */
export function isWindowUrl(url: string): boolean {
  if (!URL.canParse(url)) return false;
  const { protocol, host, username, password } = new URL(url);
  return protocol === `${WINDOW_SCHEME}:` && host === WINDOW_HOST && username === '' && password === '';
}

/** What of Electron's `WebFrameMain` tells who asks. */
export interface AskingFrame {
  readonly url: string;
  readonly parent: unknown;
}

/** Only the window's top page may call: a frame in it, or one that has navigated away, may not. */
export function isWindowFrame(frame: AskingFrame | null): boolean {
  return frame !== null && frame.parent === null && isWindowUrl(frame.url);
}
