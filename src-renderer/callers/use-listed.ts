import type { Result } from '../../src-main/engine/model/result.ts';
import type { Client } from '../../src-preload/derive.ts';
import { useAsked } from '../connection/use-asked.ts';
import { useWindow } from '../store.ts';

/**
 * A list, asked for again whenever the engine tells that something beside the rows changed.
 *
 * @param ask the same function each time
 */
export function useListed<T>(ask: (client: Client) => Promise<Result<readonly T[]>>) {
  const overview = useWindow((state) => state.overview);
  const { known: items, error, reload } = useAsked(ask, overview);
  return { items, error, reload };
}
