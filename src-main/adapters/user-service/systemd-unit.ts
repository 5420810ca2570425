import type { CommandLine } from '../../engine/model/own-command.ts';

export interface UnitOptions {
  readonly command: CommandLine;
  /** Where programs are found that the configuration names without their folder: systemd's own list is short. */
  readonly path: string | undefined;
  /** A file of `NAME=value` lines for the configuration's `${NAME}`; it need not be there. */
  readonly environmentFile: string;
}

/**
 * A unit of the person's own systemd for the engine without a desktop.
 * @see systemd.service(5), systemd.exec(5), systemd.syntax(7) "Quoting"
 */
export function systemdUnit({ command: { file, args }, path, environmentFile }: UnitOptions): string {
  const lines = [
    '[Unit]',
    'Description=Gatehouse, one local endpoint for MCP servers',
    '',
    '[Service]',
    'Type=exec',
    // The colon: no dollar sign in it is a variable.
    `ExecStart=${[`:${file}`, ...args].map(quoted).join(' ')}`,
    ...(path === undefined ? [] : [`Environment=${quoted(`PATH=${path}`)}`]),
    // A path to the line's end, as it is, but for specifiers.
    `EnvironmentFile=-${environmentFile.replaceAll('%', '%%')}`,
    'Restart=on-failure',
    'RestartSec=10',
    // A wrong switch, or one that runs already: the next try would end the same.
    'RestartPreventExitStatus=2 7',
    // The keychain's process ends by itself, after it has written.
    'KillMode=mixed',
    'TimeoutStopSec=15',
    '',
    '[Install]',
    'WantedBy=default.target',
    '',
  ];
  return lines.join('\n');
}

/** A percent sign begins a specifier, a backslash an escape; a line has to stay one. */
function quoted(word: string): string {
  const escaped = word
    .replace(/["\\]/g, '\\$&')
    .replaceAll('%', '%%')
    // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
    .replace(/[\u0000-\u001f\u007f]/g, (char) => `\\x${char.charCodeAt(0).toString(16).padStart(2, '0')}`);
  return `"${escaped}"`;
}
