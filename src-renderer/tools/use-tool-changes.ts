import { useCallback } from 'react';
import type { ServerRow } from '../../src-preload/contract.ts';
import type { Client } from '../../src-preload/derive.ts';
import { useAsked } from '../connection/use-asked.ts';

/** What of a server's tools is not as it was approved, asked for again when the row tells of another number. */
export function useToolChanges({ name, toolChanges }: Pick<ServerRow, 'name' | 'toolChanges'>) {
  const ask = useCallback((client: Client) => client.toolChanges({ name }), [name]);
  return useAsked(ask, `${toolChanges?.count} ${toolChanges?.held}`);
}
