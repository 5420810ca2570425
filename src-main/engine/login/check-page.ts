import { ok, type Result } from '../model/result.ts';
import type { ServerConfig } from '../model/server-config.ts';
import type { PageFlowDeps } from './flow-input.ts';

/** D8: the person's browser is not sent where we would not go. */
export async function checkPage(
  { url, allowPrivateNetwork }: ServerConfig,
  page: string | undefined,
  { namedAddresses }: Pick<PageFlowDeps, 'namedAddresses'>,
): Promise<Result<void>> {
  if (allowPrivateNetwork || page === undefined) return ok(undefined);
  return namedAddresses.checkNamed({ url: page, namedBy: url });
}
