import { useEffect, useState } from 'react';
import type { ActivityRow } from '../../src-preload/contract.ts';
import { useWindow } from '../store.ts';

const ASKED_EVERY_MS = 1000;
/** As many as the engine keeps. */
const KEPT = 10_000;

/** The last requests, newest first, asked for each second while this is looked at; undefined before the first answer. */
export function useActivity(): readonly ActivityRow[] | undefined {
  const client = useWindow((state) => state.client);
  // Another engine counts from one again.
  const pid = useWindow((state) => state.overview?.pid);
  const [rows, setRows] = useState<readonly ActivityRow[]>();
  // biome-ignore lint/correctness/useExhaustiveDependencies: another engine is a reason to begin anew
  useEffect(() => {
    let isOver = false;
    let timer: ReturnType<typeof setTimeout>;
    let last = 0;
    const ask = async (): Promise<void> => {
      const reply = document.hidden && last > 0 ? undefined : await client?.activity({ after: last });
      if (isOver) return;
      if (reply?.ok) {
        const came = reply.value.toReversed();
        const isFirst = last === 0;
        last = came[0]?.number ?? last;
        if (isFirst || came.length > 0) setRows((rows) => [...came, ...(isFirst ? [] : (rows ?? []))].slice(0, KEPT));
      }
      timer = setTimeout(() => void ask(), ASKED_EVERY_MS);
    };
    void ask();
    return () => {
      isOver = true;
      clearTimeout(timer);
    };
  }, [client, pid]);
  return rows;
}
