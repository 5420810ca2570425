import type { HttpSettings, ProgramSettings, ServerSettings } from '../control/socket-client.ts';
import { shownCommand } from '../engine/model/shown-command.ts';
import { alignColumns } from './output.ts';

/** The settings that are set, one a line, in the order in which a person looks for them. */
export function settingsLines(settings: ServerSettings): string[] {
  const rows = 'command' in settings ? programRows(settings) : httpRows(settings);
  return alignColumns(rows.flatMap(([setting, value]) => (value === undefined ? [] : [[`  ${setting}`, value]])));
}

type Row = readonly [setting: string, value: string | undefined];

const SECRET_WORD: Readonly<Record<HttpSettings['clientSecret'], string | undefined>> = {
  absent: undefined,
  vault: 'kept with the logins',
  configuration: 'named in the configuration',
};

function httpRows(settings: HttpSettings): readonly Row[] {
  return [
    ['url', settings.url],
    ['clientId', settings.clientId],
    ['clientSecret', SECRET_WORD[settings.clientSecret]],
    ['clientMetadataUrl', settings.clientMetadataUrl],
    ['scopes', settings.scopes?.join(' ')],
    ['redirectUri', settings.redirectUri],
    ['authorizationServer', settings.authorizationServer],
    ['issuer', settings.issuer],
    ['resource', settings.resource === false ? 'none' : settings.resource],
    ['pkce', settings.pkce],
    ['openBrowser', settings.openBrowser],
    ['pinTools', settings.pinTools],
  ];
}

function programRows({ command, args, cwd, env, pinTools }: ProgramSettings): readonly Row[] {
  return [
    ['command', shownCommand([command, ...args])],
    ['cwd', cwd],
    ...Object.entries(env).map(([name, variable], index): Row => {
      return [
        index === 0 ? 'env' : '',
        `${name}=${variable === null ? '(its value is in the file)' : `\${${variable}}`}`,
      ];
    }),
    ['pinTools', pinTools],
  ];
}
