import type { ClientCapabilities } from '@modelcontextprotocol/client';

/**
 * What a caller can be asked. Servers offer more to some callers than to others, so what they offer is known for each
 * of these apart.
 */
export interface Profile {
  readonly key: string;
  readonly capabilities: ClientCapabilities;
}

/** The kinds of each; whatever else a caller declares makes no other profile of it. */
const ASKABLE = { sampling: ['context', 'tools'], elicitation: ['form', 'url'], roots: [] } as const;

export function profileOf(declared: ClientCapabilities | undefined): Profile {
  const capabilities: Record<string, Record<string, object>> = {};
  for (const [name, kinds] of Object.entries(ASKABLE)) {
    const value: unknown = declared?.[name as keyof ClientCapabilities];
    if (typeof value !== 'object' || value === null) continue;
    capabilities[name] = Object.fromEntries(kinds.filter((kind) => kind in value).map((kind) => [kind, {}]));
  }
  return { key: JSON.stringify(capabilities), capabilities };
}
