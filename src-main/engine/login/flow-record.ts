import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { CorrelationId, EpochMs, FlowId } from '../model/ids.ts';
import { FLOW_SETTINGS, type ServerConfig, settingsText } from '../model/server-config.ts';
import { authorizationServer, client, revealedText, secret } from '../tokens/login-record.ts';
import type { PreparedFlow } from './authorization-flow.ts';

/** A sign-in under way, as the vault keeps it until its end: what the callback is judged and exchanged by (F7). */
export interface FlowRecord {
  readonly flowId: FlowId;
  readonly correlationId: CorrelationId;
  readonly startedAt: EpochMs;
  readonly deadline: EpochMs;
  /** `settingsHash` of what it was begun with. */
  readonly settings: string;
  readonly askedScope?: string;
  readonly prepared: PreparedFlow;
}

const record = z.object({
  version: z.literal(1),
  flowId: z.string(),
  correlationId: z.string(),
  startedAt: z.number(),
  deadline: z.number(),
  settings: z.string(),
  askedScope: z.string().optional(),
  prepared: z.object({
    authorizationServer,
    client,
    resource: z.string(),
    redirectUri: z.string(),
    scope: z.string().optional(),
    url: z.string(),
    state: secret,
    verifier: secret,
  }),
});

export function writeFlowRecord(flow: FlowRecord): string {
  return revealedText({ version: 1, ...flow });
}

/** Undefined for a record that is torn or foreign: its sign-in is begun anew. */
export function readFlowRecord(text: string): FlowRecord | undefined {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return undefined;
  }
  const parsed = record.safeParse(json);
  if (!parsed.success) return undefined;
  const { version: _version, ...flow } = parsed.data;
  return flow as FlowRecord;
}

/** Tells whether the configuration changed so that a sign-in begun before leads to what is configured no more. */
export function settingsHash(config: ServerConfig): string {
  return createHash('sha256').update(settingsText(config, FLOW_SETTINGS)).digest('base64url');
}
