import { type Client, createClient } from '../../src-preload/derive.ts';
import { ok, type Result } from '../engine/model/result.ts';
import { type ConnectOptions, openLink, type SocketLink } from './socket-link.ts';

export type {
  CallerRow,
  HttpSettings,
  LoginStarted,
  ProgramSettings,
  ServerRow,
  ServerSettings,
  Snapshot,
} from '../../src-preload/contract.ts';
export type { CallInput, CallOutput, Client } from '../../src-preload/derive.ts';

export type ControlClient = Client & Omit<SocketLink, 'call' | 'on'>;

/** The engine that owns this data folder, with every reply and event parsed. Fails as `openLink` does. */
export async function connectControl(dataDir: string, options: ConnectOptions = {}): Promise<Result<ControlClient>> {
  const opened = await openLink(dataDir, options);
  if (!opened.ok) return opened;
  const { call, on, ...link } = opened.value;
  return ok({ ...createClient({ call, on }), ...link });
}
