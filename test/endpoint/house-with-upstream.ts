import type { UpstreamHttp } from '../../src-main/engine/ports.ts';
import { closeHouseholds, type Household, openHousehold } from '../stories/household.ts';
import { type RecordingUpstream, startRecordingUpstream } from './recording-upstream.ts';

const closing: (() => Promise<unknown>)[] = [];

/** For `afterEach`. Households first: their requests end before their upstreams do. */
export async function closeAll(): Promise<void> {
  await closeHouseholds();
  for (const close of closing.splice(0).reverse()) await close();
}

export function closeLater(close: () => Promise<unknown>): void {
  closing.push(close);
}

export interface House {
  readonly household: Household;
  readonly upstream: RecordingUpstream;
  /** `/mcp/notes`, whose upstream needs no login. */
  readonly endpoint: string;
  readonly origin: string;
  readonly port: number;
  /** Headers of a caller with a good key. */
  readonly headers: Readonly<Record<string, string>>;
}

export interface HouseOptions {
  /** More of the entry in `mcpServers`. */
  readonly entry?: Readonly<Record<string, unknown>>;
  readonly secrets?: readonly string[];
  readonly upstreamHttp?: (real: UpstreamHttp) => UpstreamHttp;
}

/** An engine with one server, `notes`, whose upstream records what reaches it. */
export async function openHouse(options: HouseOptions = {}): Promise<House> {
  const upstream = await startRecordingUpstream();
  closeLater(upstream.close);
  const household = await openHousehold({
    servers: { notes: { url: upstream.url, ...options.entry } },
    ...(options.secrets ? { secrets: options.secrets } : {}),
    ...(options.upstreamHttp ? { upstreamHttp: options.upstreamHttp } : {}),
  });
  await household.until(() => household.state('notes').kind !== 'connecting', 'notes was looked at');
  const { origin, port } = new URL(household.view('notes').endpoint);
  return {
    household,
    upstream,
    endpoint: `${origin}/mcp/notes`,
    origin,
    port: Number(port),
    headers: {
      authorization: `Bearer ${household.key}`,
      'content-type': 'application/json',
      accept: 'application/json, text/event-stream',
    },
  };
}

export function rpc(method: string, params: unknown = {}, id: number | string = 1): string {
  return JSON.stringify({ jsonrpc: '2.0', id, method, params });
}
