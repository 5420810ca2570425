import type { ControlClient, ServerRow } from '../control/socket-client.ts';
import { isServerName } from '../engine/model/ids.ts';
import { fail, type Result } from '../engine/model/result.ts';
import type { Invocation } from './context.ts';
import type { ExitCode } from './exit-codes.ts';

/** Connects to the engine of the data folder for the time of one piece of work. */
export async function withEngine(
  { context, dataDir, out }: Invocation,
  work: (client: ControlClient) => Promise<ExitCode>,
): Promise<ExitCode> {
  const connected = await context.connect(dataDir);
  if (!connected.ok) return out.fail(connected.problem);
  try {
    return await work(connected.value);
  } finally {
    connected.value.close();
  }
}

/**
 * For commands about a server that must exist. A name that no server can have is unknown too, with the right ones
 * listed, rather than a complaint about its letters.
 */
export async function onServer<T>(
  client: ControlClient,
  name: string,
  call: (named: { name: string }) => Promise<Result<T>>,
): Promise<Result<T>> {
  if (isServerName(name)) return call({ name });
  const status = await client.status({});
  return status.ok ? unknownServer(name, status.value.servers) : status;
}

export function unknownServer(name: string, servers: readonly ServerRow[]): ReturnType<typeof fail> {
  return fail({ code: 'unknown-server', server: name, known: servers.map((row) => row.name) });
}
