import { GERMAN_SAYINGS } from './german-sayings.ts';
import type { InwardAddress } from './network-address.ts';
import type { Problem } from './problem.ts';
import { assertNever } from './result.ts';
import { type Detail, sayingIn } from './sayings.ts';
import { printable } from './words.ts';

/** A problem in one German sentence. What servers and the system say stays as it is. */
export function germanProblem(problem: Problem): string {
  switch (problem.code) {
    case 'network-unreachable':
      return `${problem.host} ist nicht erreichbar${problem.cause ? ` (${inGerman({ ...problem, detail: problem.cause })})` : ''}.`;
    case 'timed-out':
      return `${problem.host} antwortete nicht innerhalb von ${Math.round(problem.afterMs / 1000)} s.`;
    case 'bad-answer':
      return `${problem.host} antwortete ${problem.status}: ${inGerman(problem)}.`;
    case 'address-not-public':
      return `${printable(problem.host)} führt zu ${INWARD[problem.kind]}, und ein Server im Internet darf nur öffentliche Adressen nennen. Wer ihm traut, setzt "allowPrivateNetwork": true für diesen Server.`;
    case 'server-error':
      return `${problem.host} antwortete ${problem.status}.`;
    case 'no-authorization-server':
      return `${problem.url} verlangt eine Anmeldung, nennt aber keinen Autorisierungsserver. Setze "authorizationServer" für ihn.`;
    case 'resource-mismatch':
      return `Die Metadaten des Servers gelten für ${problem.got}, nicht für ${problem.expected}, und werden deshalb nicht verwendet.`;
    case 'issuer-mismatch':
      return `Der Autorisierungsserver nennt sich ${problem.got}, erwartet war ${problem.expected}; deshalb wird er nicht verwendet.`;
    case 'unsafe-url':
      return `Nicht geöffnet wird ${printable(problem.url)} (${problem.what}): ${inGerman({ ...problem, detail: problem.why })}.`;
    case 'pkce-unsupported':
      return `${problem.issuer} sagt nicht, dass PKCE mit S256 unterstützt wird. Wer ihm trotzdem traut, setzt "pkce": "off" für diesen Server.`;
    case 'metadata-incomplete':
      return `In den Metadaten von ${problem.issuer} fehlt ${problem.missing}.`;
    case 'registration-unavailable':
      return `${problem.issuer} registriert Clients nicht selbst. Trage die Client-ID ein, die du von dort hast.`;
    case 'registration-refused':
      return `${problem.issuer} lehnte es ab, Gatehouse zu registrieren (${problem.status}): ${printable(problem.detail)}. Trage eine Client-ID ein, die du von dort hast.`;
    case 'client-rejected':
      return `${problem.issuer} kennt den Client nicht mehr, den es für Gatehouse registriert hatte, und auch den nicht, der an seine Stelle trat. Ein weiterer wird nach einem Tag registriert; oder trage eine Client-ID ein, die du von dort hast.`;
    case 'flow-in-progress':
      return 'Eine Anmeldung läuft bereits.';
    case 'flow-cancelled':
      return 'Die Anmeldung wurde abgebrochen.';
    case 'flow-superseded':
      return 'Die Anmeldung wurde von vorn begonnen.';
    case 'flow-expired':
      return 'Die Anmeldung wurde nicht rechtzeitig abgeschlossen.';
    case 'authorization-refused':
      return problem.error === 'access_denied'
        ? `Der Zugriff wurde verweigert${said(problem.description)}.`
        : `Die Anmeldeseite antwortete ${printable(problem.error)}${said(problem.description)}.`;
    case 'authorization-response-invalid':
      return `Die Antwort der Anmeldeseite wurde nicht angenommen: ${inGerman(problem)}.`;
    case 'unknown-state':
      return 'Diese Adresse gehört zu keiner laufenden Anmeldung.';
    case 'device-unavailable':
      return problem.detail === undefined
        ? `${problem.issuer} bietet keine Anmeldung mit einem Code auf einem anderen Gerät. Melde dich mit einem Browser an: öffne den Link, hier oder anderswo.`
        : `${problem.issuer} lehnte die Anmeldung mit einem Code auf einem anderen Gerät ab: ${printable(problem.detail)}.`;
    case 'redirect-unavailable':
      return `Die Anmeldung käme zurück zu ${problem.redirectUri}, doch Gatehouse kann dort nicht lauschen: ${inGerman({ ...problem, detail: problem.why })}.`;
    case 'browser-not-opened':
      return `Kein Browser ließ sich öffnen: ${problem.detail}. Öffne den Link selbst.`;
    case 'browser-held-back':
      return `Keine Seite wurde geöffnet: ${HELD_BACK[problem.why]}.`;
    case 'token-endpoint-error':
      return `Der Token-Endpunkt antwortete ${problem.status}${problem.error ? ` ${printable(problem.error)}` : ''}${said(problem.description)}.`;
    case 'login-absent':
      return 'Noch niemand hat sich angemeldet.';
    case 'login-ended':
      return LOGIN_ENDED[problem.why];
    case 'token-rejected':
      return 'Der Server lehnt ein Token ab, das eben erst erneuert wurde.';
    case 'insufficient-scope':
      return `Der Server verlangt mehr Zugriff: ${problem.scope}.`;
    case 'scope-not-granted':
      return `Der Server verlangt mehr Zugriff: ${printable(problem.scope)}. ${problem.times} Anmeldungen dafür brachten ihn nicht. Bitte die Betreiber des Servers darum, dann melde dich ab und wieder an.`;
    case 'credential-rejected':
      return problem.issuer === undefined
        ? `Der Server lehnte die eingestellten Zugangsdaten ab (${problem.status}).`
        : `${problem.issuer} lehnte den eingestellten Client ab (${problem.status}${problem.error ? ` ${printable(problem.error)}` : ''}${said(problem.description)}).`;
    case 'program-not-found':
      return `Der Befehl ${printable(problem.command)} wurde nicht gefunden. Installiere ihn, oder trage seinen ganzen Pfad als Befehl dieses Servers ein; verbinde dann neu.`;
    case 'program-not-started':
      return `Der Befehl ${printable(problem.command)} ließ sich nicht starten: ${inGerman(problem)}.`;
    case 'program-ended':
      return `Der Befehl ${printable(problem.command)} endete (${problem.how}). Was er schrieb, steht im Log.`;
    case 'program-silent':
      return `Der Befehl ${printable(problem.command)} läuft und hat innerhalb von ${Math.round(problem.afterMs / 1000)} s nicht geantwortet.`;
    case 'program-unusable':
      return `Der Befehl ${printable(problem.command)} läuft und antwortet nicht wie ein MCP-Server: ${printable(problem.detail)}.`;
    case 'vault-locked':
      return 'Der Schlüsselbund ist gesperrt.';
    case 'vault-unavailable':
      return `Die Anmeldungen lassen sich nicht lesen: ${inGerman(problem)}.`;
    case 'vault-write-failed':
      return `Die neue Anmeldung ließ sich nicht speichern: ${inGerman(problem)}. Sie bleibt im Speicher und wird noch einmal geschrieben.`;
    case 'config-invalid':
      return `${problem.file}${problem.line === undefined ? '' : `, Zeile ${problem.line}`}${problem.key ? `, "${problem.key}"` : ''}: ${inGerman(problem)}`;
    case 'server-unsupported':
    case 'invalid-input':
    case 'not-available':
      return inGerman(problem);
    case 'unknown-server':
      return `Einen Server dieses Namens gibt es nicht. ${known(problem.known)}`;
    case 'unknown-group':
      return `Eine Gruppe dieses Namens gibt es nicht. ${known(problem.known)}`;
    case 'unknown-caller':
      return `Einen Aufrufer dieses Namens gibt es nicht. ${known(problem.known)}`;
    case 'name-taken':
      return `"${problem.name}" gibt es schon.`;
    case 'server-disabled':
      return 'Der Server ist in Gatehouse abgeschaltet.';
    case 'paused':
      return 'Gatehouse ist pausiert.';
    case 'already-running':
      return `Gatehouse läuft bereits${problem.pid === undefined ? '' : ` (Prozess ${problem.pid})`} mit dem Datenordner ${problem.dataDir}.`;
    case 'port-busy':
      return `Port ${problem.port} ist belegt${problem.holder ? ` durch ${printable(problem.holder)}` : ''}. Beende jenes Programm, oder wähle mit --port einen anderen.`;
    case 'engine-not-running':
      return `Mit dem Datenordner ${problem.dataDir} läuft kein Gatehouse. Starte es mit "gatehouse serve".`;
    case 'internal':
      return `In Gatehouse ging etwas schief: ${problem.detail}. Mehr steht im Log.`;
    default:
      return assertNever(problem);
  }
}

const HELD_BACK: Readonly<Record<Extract<Problem, { code: 'browser-held-back' }>['why'], string>> = {
  setting: 'nach der Einstellung wird erst gefragt',
  away: 'niemand ist am Rechner',
  'recently-opened': 'vor weniger als fünf Minuten wurde schon eine geöffnet',
};

const INWARD: Readonly<Record<InwardAddress, string>> = {
  'this-machine': 'diesem Rechner',
  'link-local': 'einer Link-Local-Adresse',
  'private-network': 'einer Adresse in einem privaten Netz',
  'special-purpose': 'einer Adresse, die nicht im Internet ist',
};

const LOGIN_ENDED: Readonly<Record<Extract<Problem, { code: 'login-ended' }>['why'], string>> = {
  'invalid-grant': 'Der Autorisierungsserver hat die Anmeldung beendet.',
  expired: 'Die Anmeldung lief ab, und der Server erneuert nicht.',
  rejected: 'Der Server lehnte das Token ab und erneuert nicht.',
  changed: 'Die Konfiguration wurde geändert, deshalb passt die alte Anmeldung nicht.',
  client: 'Der Autorisierungsserver kennt diesen Client nicht mehr.',
};

function inGerman(detail: Detail): string {
  return sayingIn(GERMAN_SAYINGS, detail);
}

function said(words: string | undefined): string {
  return words ? `: ${printable(words)}` : '';
}

function known(names: readonly string[]): string {
  return names.length === 0 ? 'Es ist keiner eingerichtet.' : `Es gibt: ${names.join(', ')}.`;
}
