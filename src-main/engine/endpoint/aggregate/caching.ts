/**
 * What a modern server says of how long its lists hold, and for whom.
 *
 * @see MCP 2026-07-28, server/utilities/caching
 */
export interface Caching {
  /** Absent where it says nothing. 0: asked again with each list. */
  readonly ttlMs?: number;
  /** Never shared between callers, nor kept beyond the run. */
  readonly isPrivate: boolean;
}

const SHORTEST_TTL_MS = 1000;
const LONGEST_TTL_MS = 24 * 60 * 60_000;

/** Of legacy servers, which know nothing of it. */
export const NO_CACHING: Caching = { isPrivate: false };

/** Of several results together: the shortest time, and private as soon as one is. One that does not say so is. */
export function cachingOf(results: readonly object[]): Caching {
  const ttls = results.flatMap((result) => {
    const ttlMs: unknown = 'ttlMs' in result ? result.ttlMs : undefined;
    return typeof ttlMs === 'number' && ttlMs >= 0 ? [bounded(ttlMs)] : [];
  });
  const isPrivate = results.some((result) => !('cacheScope' in result && result.cacheScope === 'public'));
  return ttls.length > 0 ? { ttlMs: Math.min(...ttls), isPrivate } : { isPrivate };
}

function bounded(ttlMs: number): number {
  return ttlMs === 0 ? 0 : Math.min(Math.max(ttlMs, SHORTEST_TTL_MS), LONGEST_TTL_MS);
}

/**
 * How long lists are not asked for again. Callers that are told of a change list again at once: a server whose lists
 * are never the same twice would be asked without end.
 */
export function freshFor({ ttlMs }: Caching, isChanged: boolean): number | undefined {
  return ttlMs === 0 && isChanged ? SHORTEST_TTL_MS : ttlMs;
}
