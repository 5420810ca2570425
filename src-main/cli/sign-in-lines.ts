import type { LoginStarted } from '../control/socket-client.ts';
import type { DeviceCode } from '../engine/model/device-code.ts';
import type { FormatTime } from '../engine/model/words.ts';

const PASTE = 'If that browser is on another machine, paste here the address it ended on.';

/** What a person does now to sign in: at the page that opened, with its link, or with a code on any device. */
export function linesOfSignIn(name: string, started: LoginStarted, time: FormatTime): string[] {
  const { authorizationUrl, browserOpened, browserError, joined, device } = started;
  const beginning = joined ? `A sign-in was under way already for ${name}.` : `Signing in to ${name}.`;
  const until = `Waiting until ${time(started.deadline)}.`;
  const link = ['', `  ${authorizationUrl}`, ''];
  if (device) {
    const code = [`${beginning} On any device, your phone for example, open this page:`, ...codeLines(device)];
    const isOnlyWay =
      authorizationUrl === device.verificationUri || authorizationUrl === device.verificationUriComplete;
    return isOnlyWay ? [...code, until] : [...code, 'Or open this link in a browser:', ...link, `${until} ${PASTE}`];
  }
  if (browserOpened) return [`${beginning} A page opened in your browser. Its link:`, ...link, `${until} ${PASTE}`];
  const why = browserError === undefined ? 'Open this link:' : browserError;
  return [`${beginning} ${why}`, ...link, `${until} ${PASTE}`];
}

/** The code stands beside the page even where the address has it: a person compares the two (RFC 8628 5.4). */
export function codeLines({ userCode, verificationUri, verificationUriComplete }: DeviceCode): string[] {
  return [
    '',
    `  ${verificationUriComplete ?? verificationUri}`,
    '',
    'and enter this code, or see that it is the same:',
    '',
    `  ${userCode}`,
    '',
  ];
}
