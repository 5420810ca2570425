import { useCallback, useEffect, useState } from 'react';
import type { ServerRow, ToolChanges } from '../../src-preload/contract.ts';
import { useWindow } from '../store.ts';
import { sentenceFor } from '../ui/words.ts';

/** What of a server's tools is not as it was approved, asked for again when the row tells of another number. */
export function useToolChanges({ name, toolChanges }: Pick<ServerRow, 'name' | 'toolChanges'>) {
  const client = useWindow((state) => state.client);
  const [known, setKnown] = useState<ToolChanges>();
  const [error, setError] = useState<string>();
  const reload = useCallback(async () => {
    const reply = await client?.toolChanges({ name });
    if (reply?.ok) setKnown(reply.value);
    setError(reply && !reply.ok ? sentenceFor(reply.problem) : undefined);
  }, [client, name]);
  const count = toolChanges?.count;
  const isHeld = toolChanges?.held;
  // biome-ignore lint/correctness/useExhaustiveDependencies: another number is the reason to ask again
  useEffect(() => void reload(), [reload, count, isHeld]);
  return { known, error, reload };
}
