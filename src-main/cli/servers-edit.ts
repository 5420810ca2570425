import { type Command, Option } from 'commander';
import type { CallInput, ControlClient } from '../control/socket-client.ts';
import type { Problem } from '../engine/model/problem.ts';
import { ok, type Result } from '../engine/model/result.ts';
import type { Invocation, Run } from './context.ts';
import { hasDoubleDash } from './double-dash.ts';
import { EXIT, type ExitCode } from './exit-codes.ts';
import { type ChangedVariables, HEADERS, VARIABLES } from './named-variables.ts';
import { readSecret } from './secret-input.ts';
import { sentenceAbout, statusLine } from './server-lines.ts';
import { settingsLines } from './settings-lines.ts';
import { onServer, withEngine } from './with-engine.ts';

type Changes = Omit<CallInput<'editServer'>, 'name'>;
type TextSetting = 'url' | 'clientId' | 'clientMetadataUrl' | 'redirectUri' | 'authorizationServer' | 'issuer' | 'cwd';

interface EditOptions extends Readonly<Partial<Record<TextSetting | 'scopes' | 'resource', string>>> {
  readonly pkce?: 'required' | 'off' | '';
  readonly openBrowser?: 'ask' | 'when-needed' | '';
  readonly pinTools?: 'off' | 'warn' | 'hold' | '';
  readonly clientSecretStdin?: true;
  readonly forgetClientSecret?: true;
  readonly headerEnv?: ChangedVariables;
  readonly env?: ChangedVariables;
  /** With all its arguments, in the place of the one before. */
  readonly command?: readonly string[];
  readonly mistake?: string;
}

/** The option that changes a setting. */
const OPTIONS: Readonly<Record<string, string>> = {
  url: '--url',
  clientId: '--client-id',
  clientSecret: '--client-secret-stdin',
  clientMetadataUrl: '--client-metadata-url',
  scopes: '--scopes',
  redirectUri: '--redirect-uri',
  authorizationServer: '--authorization-server',
  issuer: '--issuer',
  resource: '--resource',
  pkce: '--pkce',
  openBrowser: '--open-browser',
  pinTools: '--pin-tools',
  headers: '--header-env',
  command: 'the command',
  args: 'the command',
  cwd: '--cwd',
  env: '--env',
};

export function addEdit(servers: Command, run: Run): void {
  servers
    .command('edit')
    .argument('<name>')
    .argument('[command...]')
    .usage('[options] <name> [-- <command> [arguments...]]')
    .description('change settings of a server, or show them where none is given; an empty value takes one away')
    .option('--url <url>', 'its address')
    .option('--client-id <id>', 'a client that you registered with its authorization server')
    .option('--client-secret-stdin', "read that client's secret from standard input")
    .option('--forget-client-secret', 'the client has no secret any more')
    .option('--client-metadata-url <url>', 'the document that describes Gatehouse as a client')
    .option('--scopes <scopes>', 'ask for these scopes, separated by spaces')
    .option('--redirect-uri <uri>', 'where the browser comes back to, as it was registered')
    .option('--authorization-server <issuer>', 'which one to use, where the server names several or none')
    .option('--issuer <issuer>', 'the issuer that its metadata names, where that is another one')
    .option('--resource <uri>', 'what is sent as "resource"; "none" sends none')
    .addOption(new Option('--pkce <how>', 'whether its metadata has to list S256').choices(['required', 'off', '']))
    .addOption(
      new Option('--open-browser <when>', 'when a page may open by itself').choices(['ask', 'when-needed', '']),
    )
    .addOption(
      new Option('--pin-tools <how>', 'when a tool is not what it was: nothing, a word, or held back').choices([
        'off',
        'warn',
        'hold',
        '',
      ]),
    )
    .option('--header-env <K=VAR>', 'send header K with the value of VAR; "K=" takes it away', HEADERS.collectChange)
    .option('--env <K=VAR>', 'give the command the value of VAR as K; "K=" takes it away', VARIABLES.collectChange)
    .option('--cwd <folder>', 'where the command runs')
    .action((name: string, words: readonly string[], options: EditOptions, command: Command) =>
      run((invocation) => edit(invocation, name, { ...options, ...commandOf(words, hasDoubleDash(command)) })),
    );
}

function commandOf(words: readonly string[], isCommand: boolean): Pick<EditOptions, 'command' | 'mistake'> {
  if (words.length === 0) return {};
  return isCommand ? { command: words } : { mistake: `Write -- before a command, as in: -- ${words.join(' ')}` };
}

function edit(invocation: Invocation, name: string, options: EditOptions): Promise<ExitCode> {
  const { out, context } = invocation;
  return withEngine(invocation, async (client) => {
    if (Object.keys(options).length === 0) return show(invocation, client, name);
    const changes = await changesFrom(options, invocation);
    if (!changes.ok) return out.fail(changes.problem);
    const reply = await onServer(client, name, (named) => client.editServer({ ...named, ...changes.value }));
    if (!reply.ok) return out.fail(aboutOption(reply.problem));
    out.tell(statusLine(reply.value, context.formatTime), [sentenceAbout(reply.value, context.formatTime)]);
    return EXIT.done;
  });
}

async function changesFrom(options: EditOptions, { context }: Invocation): Promise<Result<Changes>> {
  const { url, resource, scopes, pkce, openBrowser, pinTools, headerEnv, clientSecretStdin, forgetClientSecret } =
    options;
  if (options.mistake !== undefined) return wrong(options.mistake);
  if (url === '') return wrong('--url: a server has an address. Take it out with "gatehouse servers remove".');
  if (clientSecretStdin && forgetClientSecret) return wrong('A client secret is either given or forgotten.');
  const secret = clientSecretStdin ? await readSecret(context.stdin, context.stderr) : undefined;
  if (secret && !secret.ok) return secret;
  const listed = scopes?.split(/[\s,]+/).filter((scope) => scope !== '');
  return ok({
    ...(url === undefined ? {} : { url }),
    ...textChange(options, 'clientId'),
    ...textChange(options, 'clientMetadataUrl'),
    ...textChange(options, 'redirectUri'),
    ...textChange(options, 'authorizationServer'),
    ...textChange(options, 'issuer'),
    ...(secret ? { clientSecret: secret.value } : {}),
    ...(forgetClientSecret ? { clientSecret: null } : {}),
    ...(listed === undefined ? {} : { scopes: listed.length === 0 ? null : listed }),
    ...(resource === undefined ? {} : { resource: resource === 'none' ? false : resource || null }),
    ...(pkce === undefined ? {} : { pkce: pkce || null }),
    ...(openBrowser === undefined ? {} : { openBrowser: openBrowser || null }),
    ...(pinTools === undefined ? {} : { pinTools: pinTools || null }),
    ...(headerEnv ? { headerEnv: { ...headerEnv } } : {}),
    ...commandChange(options.command),
    ...textChange(options, 'cwd'),
    ...(options.env ? { env: { ...options.env } } : {}),
  });
}

function textChange(options: EditOptions, setting: Exclude<TextSetting, 'url'>): Changes {
  const value = options[setting];
  return value === undefined ? {} : { [setting]: value || null };
}

function commandChange(words: readonly string[] | undefined): Changes {
  const [command, ...args] = words ?? [];
  return command === undefined ? {} : { command, args: args.length > 0 ? args : null };
}

function wrong(detail: string): Result<never> {
  return { ok: false, problem: { code: 'invalid-input', detail } };
}

/** Of several options the sentence says which one is meant. */
function aboutOption(problem: Problem): Problem {
  if (problem.code !== 'invalid-input' || problem.field === undefined) return problem;
  const { field } = problem;
  return { ...problem, detail: `${OPTIONS[field] ?? field}: ${problem.detail}` };
}

async function show({ out }: Invocation, client: ControlClient, name: string): Promise<ExitCode> {
  const reply = await onServer(client, name, client.serverSettings);
  if (!reply.ok) return out.fail(reply.problem);
  const settings = reply.value;
  const example = 'command' in settings ? '--env KEY=VAR' : '--client-id ID';
  const hint = `Change one with "gatehouse servers edit ${name} ${example}"; "gatehouse servers edit --help" lists them.`;
  out.tell({ name, ...settings }, [name, ...settingsLines(settings), hint]);
  return EXIT.done;
}
