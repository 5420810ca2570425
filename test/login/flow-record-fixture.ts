import type { FlowRecord } from '../../src-main/engine/login/flow-record.ts';
import { Secret } from '../../src-main/engine/model/secret.ts';
import { loginWith } from '../tokens/logins.ts';

export const REDIRECT = 'http://127.0.0.1:7717/oauth/callback';

/** A sign-in that waits for its callback. */
export function flowRecord(changes: Partial<FlowRecord> = {}): FlowRecord {
  const { authorizationServer, client, resource } = loginWith(undefined);
  return {
    flowId: 'flow',
    correlationId: 'f-1',
    startedAt: 0,
    deadline: Number.MAX_SAFE_INTEGER,
    settings: 'as they were',
    prepared: {
      authorizationServer,
      client,
      resource,
      redirectUri: REDIRECT,
      url: `${authorizationServer.issuer}/authorize?state=s`,
      state: new Secret('s'),
      verifier: new Secret('v'),
    },
    ...changes,
  };
}
