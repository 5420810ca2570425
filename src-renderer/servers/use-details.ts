import { useEffect, useState } from 'react';
import type { ServerDetails, ServerRow } from '../../src-preload/contract.ts';
import { useWindow } from '../store.ts';
import { useMinute } from '../ui/now.ts';

/** What the row has no place for, asked for anew when the row tells that something happened, and each minute. */
export function useDetails({ name, since, state, login }: ServerRow): ServerDetails | undefined {
  const client = useWindow((window) => window.client);
  const minute = useMinute();
  const [details, setDetails] = useState<ServerDetails>();
  const renewedCount = login?.renewedCount;
  const signedInAt = login?.signedInAt;
  // biome-ignore lint/correctness/useExhaustiveDependencies: each of them is a reason to ask again
  useEffect(() => {
    let isCurrent = true;
    void client?.serverDetails({ name }).then((reply) => {
      if (isCurrent && reply.ok) setDetails(reply.value);
    });
    return () => {
      isCurrent = false;
    };
  }, [client, name, since, state.kind, renewedCount, signedInAt, minute]);
  return details;
}
