import { useEffect, useState } from 'react';
import type { Problem } from '../../src-main/engine/model/problem.ts';
import { spanKindOf } from '../../src-main/engine/model/timeline.ts';
import type { ServerHistory, ServerRow } from '../../src-preload/contract.ts';
import { useWindow } from '../store.ts';

interface Asked {
  readonly history?: ServerHistory;
  readonly problem?: Problem;
}

/** A server's last 24 hours, asked for anew when the row tells that something happened that belongs into them. */
export function useHistory({ name, since, state, login }: ServerRow): Asked {
  const client = useWindow((window) => window.client);
  const [asked, setAsked] = useState<Asked>({});
  const kind = spanKindOf(state);
  const renewedCount = login?.renewedCount;
  const signedInAt = login?.signedInAt;
  // biome-ignore lint/correctness/useExhaustiveDependencies: each of them is a reason to ask again
  useEffect(() => {
    let isCurrent = true;
    void client?.history({ name }).then((reply) => {
      if (!isCurrent) return;
      setAsked((before) => (reply.ok ? { history: reply.value } : { ...before, problem: reply.problem }));
    });
    return () => {
      isCurrent = false;
    };
  }, [client, name, since, kind, renewedCount, signedInAt]);
  return asked;
}
