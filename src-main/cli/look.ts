import type { CallInput, CallOutput, ControlClient } from '../control/socket-client.ts';
import { fail, type Result } from '../engine/model/result.ts';
import { sentenceOf } from './output.ts';

export type Finding = CallOutput<'lookAt'>;

/** An address that says nothing for so long is added all the same. A program gets the engine's own limit of a minute. */
const ADDRESS_LIMIT_MS = 8_000;

/** What is there, before it is added. Fails as the engine's look does, and with `not-available` when that takes too long. */
export async function lookAtNew(client: ControlClient, input: CallInput<'lookAt'>): Promise<Result<Finding>> {
  const look = client.lookAt(input);
  if (input.url === undefined) return look;
  let limit: NodeJS.Timeout | undefined;
  const waited = new Promise<Result<never>>((resolve) => {
    const tooLong = fail({ code: 'not-available', detail: `It did not answer within ${ADDRESS_LIMIT_MS / 1000} s.` });
    limit = setTimeout(() => resolve(tooLong), ADDRESS_LIMIT_MS);
  });
  const found = await Promise.race([look, waited]);
  clearTimeout(limit);
  return found;
}

const TRANSPORTS: Readonly<Record<Finding['transport'], string>> = {
  http: 'Streamable HTTP',
  sse: 'HTTP+SSE, the older transport',
  stdio: 'standard input and output',
};

const ERAS = { modern: 'the revision of 2026-07-28 or newer', legacy: 'a revision to 2025-11-25' } as const;

const REGISTRATIONS = {
  configured: 'with your client id',
  document: 'by a published document',
  dynamic: 'Gatehouse registers by itself',
  'client-id-needed': 'a client id is needed, from the people who run the server',
} as const;

/** What was found, for a person: what it speaks, whether somebody has to sign in, and as which client. */
export function findingLines(found: Result<Finding>): string[] {
  if (!found.ok) return [`Nothing was found there yet: ${sentenceOf(found.problem)}`];
  const { transport, era, serverName, access } = found.value;
  const speaks = `${TRANSPORTS[transport]}${era === undefined ? '' : `, ${ERAS[era]}`}`;
  const who = serverName === undefined ? 'Found a server that speaks' : `Found ${serverName}, which speaks`;
  return [`${who} ${speaks}.`, ...accessLines(access)];
}

function accessLines(access: Finding['access']): string[] {
  switch (access.kind) {
    case 'open':
      return ['Sign-in: not needed.'];
    case 'refused':
      return [`Sign-in: none, it refuses what is configured, or everybody (${access.status}).`];
    case 'sign-in-unclear':
      return [`Sign-in: needed, and where is unclear. ${sentenceOf(access.problem)}`];
    case 'sign-in': {
      const { issuer, guessed, obstacle, registration, scopes } = access;
      const where = `at ${issuer}${guessed ? ' (nothing is published; the usual places are tried)' : ''}`;
      return [
        `Sign-in: ${where}.${obstacle ? ` ${sentenceOf(obstacle)}` : ''}`,
        `Registration: ${REGISTRATIONS[registration]}.`,
        `Asked for: ${scopes.length === 0 ? "the server's default" : scopes.join(' ')}.`,
      ];
    }
  }
}
