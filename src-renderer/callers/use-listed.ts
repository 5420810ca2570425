import { useCallback, useEffect, useState } from 'react';
import type { Result } from '../../src-main/engine/model/result.ts';
import type { Client } from '../../src-preload/derive.ts';
import { useWindow } from '../store.ts';
import { sentenceFor } from '../ui/words.ts';

/**
 * A list that no snapshot has, asked for again whenever the engine tells that something beside the rows changed.
 *
 * @param ask the same function each time
 */
export function useListed<T>(ask: (client: Client) => Promise<Result<readonly T[]>>) {
  const overview = useWindow((state) => state.overview);
  const client = useWindow((state) => state.client);
  const [items, setItems] = useState<readonly T[]>();
  const [error, setError] = useState<string>();
  const reload = useCallback(async () => {
    if (!client) return;
    const reply = await ask(client);
    if (reply.ok) setItems(reply.value);
    setError(reply.ok ? undefined : sentenceFor(reply.problem));
  }, [client, ask]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new overview is the reason to ask again
  useEffect(() => void reload(), [reload, overview]);
  return { items, error, reload };
}
