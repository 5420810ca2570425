/**
 * What tray and notifications say beside the model's wording. What the window says too is the same there. What is added
 * here is added to `texts-german.ts` too: the type checker names what is missing there.
 */

const plural = (count: number, one: string, many: string): string => `${count} ${count === 1 ? one : many}`;

export const english = {
  gone: 'Gatehouse does not answer',
  toolTip: (sentence: string) => `Gatehouse: ${sentence}`,

  counts: {
    connected: (count: number) => `${count} connected`,
    signingIn: (count: number) => `${count} signing in`,
    moreNeeded: (count: number) => plural(count, 'more needs you', 'more need you'),
    comesBack: (count: number) => plural(count, 'comes back by itself', 'come back by themselves'),
    paused: (count: number) => `${count} paused`,
    disabled: (count: number) => `${count} disabled`,
  },

  row: (name: string, what: string) => `${name}: ${what}`,
  until: (word: string, time: string) => `${word} until ${time}`,
  renewsIn: (span: string) => `renews in ${span}`,
  renewsAt: (time: string) => `renews at ${time}`,
  renewsSoon: 'renews any moment',
  triesIn: (span: string) => `tries again in ${span}`,
  moreServers: (count: number) => plural(count, 'more server', 'more servers'),

  signInTo: (name: string) => `Sign in to ${name}…`,
  signInAgainTo: (name: string) => `Sign in again to ${name}…`,
  allowFor: (name: string) => `Allow more access for ${name}…`,
  nameClient: (name: string) => `${name} wants a client id…`,
  edit: (name: string, word: string) => `${name}: ${word}…`,
  unlock: 'Unlock the keychain…',
  configMistake: 'The configuration has a mistake…',

  startOver: 'Start over',
  copySignInLink: 'Copy sign-in link',
  signOut: 'Sign out',
  reconnect: 'Reconnect',
  pause: 'Pause',
  disable: 'Disable',
  copyEndpoint: 'Copy endpoint',

  signInToAll: 'Sign in to all…',
  stopSigningIn: 'Stop signing in to all',
  open: 'Open Gatehouse',
  pauseAll: 'Pause all',
  resumeAll: 'Resume all',
  startAtLogin: 'Start at login',
  installCommandLineTool: 'Install command line tool',
  checkForUpdates: 'Check for updates…',
  checkingForUpdates: 'Looking for updates',
  downloadingUpdate: (version: string) => `Downloading ${version}`,
  installUpdate: (version: string) => `Restart into ${version}`,
  restartingSoon: 'Restarts as soon as nothing is under way',
  updateFailed: 'No update could be looked for. Try again…',
  quit: 'Quit Gatehouse',

  notice: {
    openIt: 'Open',
    signInToAll: 'Sign in to all',
    lockedBody: 'Nobody is signed out and nothing is lost. Unlock it once; all servers come back by themselves.',
    severalNeedYou: (count: number) => `${count} servers need you`,
    andMore: (names: string, count: number) => `${names} and ${count} more`,
    signInAgainBy: (name: string, time: string) => `${name}: sign in again by ${time}`,
    signInAgainBody: 'It works until then. Its server renews nothing after that.',
  },
};

export type ShellTexts = typeof english;
