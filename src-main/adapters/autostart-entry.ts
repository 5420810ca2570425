import type { CommandLine } from '../engine/model/own-command.ts';

/**
 * The text of a desktop entry that starts a program with the session.
 * @see Desktop Application Autostart Specification, and Desktop Entry Specification 1.5, "The Exec key"
 */
export function autostartEntry(command: CommandLine): string {
  return [
    '[Desktop Entry]',
    'Type=Application',
    'Version=1.5',
    'Name=Gatehouse',
    'Comment=Keeps the logins of your MCP servers alive',
    `Exec=${execValue(command)}`,
    'Terminal=false',
    'StartupNotify=false',
    'X-GNOME-Autostart-enabled=true',
    '',
  ].join('\n');
}

/** Whether an entry starts anything: desktops switch one off by a line in it. */
export function isEntryOn(text: string): boolean {
  return !/^(?:Hidden\s*=\s*true|X-GNOME-Autostart-enabled\s*=\s*false)\s*$/m.test(text);
}

/** Quoted as an argument, then escaped as a value of type string: a backslash is written four times. */
function execValue({ file, args }: CommandLine): string {
  return [file, ...args].map(quoted).join(' ').replaceAll('\\', '\\\\');
}

/** What may stand there as it is; everything else is quoted, and a percent sign is always doubled. */
const PLAIN = /^[A-Za-z0-9_@%+=:,./-]+$/;

function quoted(argument: string): string {
  const literal = argument.replaceAll('%', '%%');
  return PLAIN.test(literal) ? literal : `"${literal.replace(/["`$\\]/g, '\\$&')}"`;
}
