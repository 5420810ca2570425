import type { ShellTexts } from './texts.ts';

const plural = (count: number, one: string, many: string): string => `${count} ${count === 1 ? one : many}`;

export const german: ShellTexts = {
  gone: 'Gatehouse antwortet nicht',
  toolTip: (sentence) => `Gatehouse: ${sentence}`,

  counts: {
    connected: (count) => `${count} verbunden`,
    signingIn: (count) => `${count} in Anmeldung`,
    moreNeeded: (count) => plural(count, 'weiterer braucht dich', 'weitere brauchen dich'),
    comesBack: (count) => plural(count, 'kommt von selbst wieder', 'kommen von selbst wieder'),
    paused: (count) => `${count} pausiert`,
    disabled: (count) => `${count} abgeschaltet`,
  },

  row: (name, what) => `${name}: ${what}`,
  until: (word, time) => `${word} bis ${time}`,
  renewsIn: (span) => `erneuert in ${span}`,
  renewsAt: (time) => `wird um ${time} erneuert`,
  renewsSoon: 'wird gleich erneuert',
  triesIn: (span) => `neuer Versuch in ${span}`,
  moreServers: (count) => plural(count, 'weiterer Server', 'weitere Server'),

  signInTo: (name) => `Bei ${name} anmelden…`,
  signInAgainTo: (name) => `Bei ${name} neu anmelden…`,
  allowFor: (name) => `${name} mehr Zugriff erlauben…`,
  nameClient: (name) => `${name} will eine Client-ID…`,
  edit: (name, word) => `${name}: ${word}…`,
  unlock: 'Schlüsselbund entsperren…',
  configMistake: 'Die Konfiguration hat einen Fehler…',

  startOver: 'Von vorn beginnen',
  copySignInLink: 'Anmeldelink kopieren',
  signOut: 'Abmelden',
  reconnect: 'Neu verbinden',
  pause: 'Pausieren',
  disable: 'Abschalten',
  copyEndpoint: 'Endpunkt kopieren',

  signInToAll: 'Überall anmelden…',
  stopSigningIn: 'Anmeldung überall beenden',
  open: 'Gatehouse öffnen',
  pauseAll: 'Alle pausieren',
  resumeAll: 'Alle fortsetzen',
  startAtLogin: 'Mit der Sitzung starten',
  installCommandLineTool: 'Befehl für das Terminal installieren',
  checkForUpdates: 'Nach Updates suchen…',
  checkingForUpdates: 'Sucht nach Updates',
  downloadingUpdate: (version) => `Lädt ${version}`,
  installUpdate: (version) => `Neu starten mit ${version}`,
  restartingSoon: 'Startet neu, sobald nichts mehr läuft',
  updateFailed: 'Updates ließen sich nicht suchen. Neuer Versuch…',
  quit: 'Gatehouse beenden',

  notice: {
    openIt: 'Öffnen',
    signInToAll: 'Überall anmelden',
    lockedBody:
      'Niemand ist abgemeldet, nichts ist verloren. Entsperre ihn einmal, dann kommen alle Server von selbst wieder.',
    severalNeedYou: (count) => `${count} Server brauchen dich`,
    andMore: (names, count) => `${names} und ${count} weitere`,
    signInAgainBy: (name, time) => `${name}: bis ${time} neu anmelden`,
    signInAgainBody: 'Bis dahin geht es weiter. Danach erneuert der Server nichts mehr.',
  },
};
