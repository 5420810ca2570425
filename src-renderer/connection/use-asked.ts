import { useCallback, useEffect, useState } from 'react';
import type { Result } from '../../src-main/engine/model/result.ts';
import type { Client } from '../../src-preload/derive.ts';
import { useWindow } from '../store.ts';
import { sentenceFor } from '../ui/words.ts';

/**
 * What no snapshot has, asked of the engine.
 *
 * @param ask the same function each time
 * @param reason another one is the reason to ask again
 */
export function useAsked<T>(ask: (client: Client) => Promise<Result<T>>, reason: unknown) {
  const client = useWindow((state) => state.client);
  const [known, setKnown] = useState<T>();
  const [error, setError] = useState<string>();
  const reload = useCallback(async () => {
    if (!client) return;
    const reply = await ask(client);
    if (reply.ok) setKnown(reply.value);
    setError(reply.ok ? undefined : sentenceFor(reply.problem));
  }, [client, ask]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another reason is one to ask again
  useEffect(() => void reload(), [reload, reason]);
  return { known, error, reload };
}
