import type { ServerDetails, ServerRow, Snapshot } from '../../src-preload/contract.ts';

/**
 * Everything that helps somebody else to find a fault, as text. No account, no arguments of a command, no query of an
 * address: what may be private or secret is only said to be there. English, because it is for a bug report.
 */
export function diagnosisOf(
  row: ServerRow,
  details: ServerDetails | undefined,
  overview: Pick<Snapshot, 'version' | 'vault'> | undefined,
): string {
  const { name, state, since, login } = row;
  const lines = [
    `Gatehouse ${overview?.version ?? ''}, logins in: ${overview?.vault.kind ?? 'unknown'}`,
    `server: ${name}`,
    `address: ${addressOf(row)}`,
    `state: ${state.kind} since ${timeOf(since)}`,
    ...problemIn(state),
    ...(login
      ? [
          `issuer: ${login.issuer}`,
          `registration: ${login.registration}, client ${withoutQuery(login.clientId)}`,
          `scopes: ${login.scope ?? 'not told'}`,
          `account: ${login.account === undefined ? 'not told' : 'told, left out here'}`,
          `signed in: ${login.signedInAt === undefined ? 'unknown' : timeOf(login.signedInAt)}, renewed ${login.renewedCount} times`,
          `token: ${login.token ? tokenOf(login.token) : 'unknown'}`,
        ]
      : ['login: none']),
    `calls: ${row.calls}${row.lastCallAt === undefined ? '' : `, last ${timeOf(row.lastCallAt)}`}`,
    `callers: ${details?.callers.length ?? 'unknown'}, tools: ${details?.toolCount ?? 'unknown'}`,
    ...(details?.flow
      ? [
          `last flow: ${details.flow.correlationId}`,
          ...details.flow.lines.map(({ at, text }) => `  ${timeOf(at)} ${text}`),
        ]
      : []),
  ];
  return `${lines.join('\n')}\n`;
}

function addressOf({ url, command }: ServerRow): string {
  if (command === undefined) return withoutQuery(url);
  const [program = '', ...args] = command.split(' ');
  return args.length === 0 ? program : `${program} (and its arguments, left out here)`;
}

/** Some servers have a key in it. */
function withoutQuery(address: string): string {
  const [path = '', query] = address.split(/\?(.*)/s);
  const plain = path.replace(/^([a-z][\w+.-]*:\/\/)[^/@]*@/i, '$1');
  return query === undefined ? plain : `${plain}?...`;
}

function problemIn(state: ServerRow['state']): string[] {
  const problem = 'problem' in state ? state.problem : 'reason' in state ? state.reason : undefined;
  return problem ? [`problem: ${JSON.stringify(problem)}`] : [];
}

function tokenOf(token: NonNullable<NonNullable<ServerRow['login']>['token']>): string {
  const times = Object.entries(token).filter(([key, value]) => key.endsWith('At') && typeof value === 'number');
  return [token.kind, ...times.map(([key, value]) => `${key} ${timeOf(Number(value))}`)].join(', ');
}

function timeOf(at: number): string {
  return new Date(at).toISOString();
}
