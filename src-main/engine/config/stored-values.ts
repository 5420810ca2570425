import { z } from 'zod';
import type { KeptOffers } from '../model/kept-offers.ts';
import type { ProblemCode } from '../model/problem.ts';
import { POINT_KINDS, SPAN_KINDS, type Timelines } from '../model/timeline.ts';

/** Parsers of our own small files in the data folder; undefined for what is torn or foreign. */
const loginIndex = z.record(z.string(), z.array(z.string()));
const limit = z.object({ allow: z.array(z.string()), deny: z.array(z.string()), readOnly: z.boolean() });
const callers = z.array(
  z.object({ name: z.string(), keyHash: z.string(), createdAt: z.number(), limit: limit.optional() }),
);
const automaticPages = z.record(z.string(), z.number());
const port = z.int().min(0).max(65_535);

export function parseLoginIndex(value: unknown): z.infer<typeof loginIndex> | undefined {
  return loginIndex.safeParse(value).data;
}

export function parseCallers(value: unknown): z.infer<typeof callers> | undefined {
  return callers.safeParse(value).data;
}

export function parseAutomaticPages(value: unknown): z.infer<typeof automaticPages> | undefined {
  return automaticPages.safeParse(value).data;
}

export function parsePort(value: unknown): number | undefined {
  return port.safeParse(value).data;
}

const kept = z.object({
  tools: z.array(z.looseObject({ name: z.string(), inputSchema: z.looseObject({ type: z.literal('object') }) })),
  prompts: z.array(z.looseObject({ name: z.string() })),
});
const offers = z.record(z.string(), z.object({ identity: z.string(), profiles: z.record(z.string(), kept) }));

export function parseOffers(value: unknown): KeptOffers | undefined {
  return offers.safeParse(value).data;
}

/** A word for a programmer, never a sentence: the code of a problem. */
const code = z
  .string()
  .regex(/^[a-z-]{1,40}$/)
  .transform((text) => text as ProblemCode);

const timeline = z.object({
  spans: z.array(
    z.object({ kind: z.enum(SPAN_KINDS), from: z.number(), why: code.optional(), brief: z.number().optional() }),
  ),
  points: z.array(z.object({ kind: z.enum(POINT_KINDS), at: z.number(), until: z.number(), count: z.number() })),
});

const timelines = z.object({ seenAt: z.number(), servers: z.record(z.string(), timeline) });

const pinnedTools = z.array(
  z.object({
    server: z.string(),
    tools: z.array(z.object({ name: z.string(), hashes: z.array(z.string()), text: z.string() })),
  }),
);

export function parsePinnedTools(value: unknown): z.infer<typeof pinnedTools> | undefined {
  return pinnedTools.safeParse(value).data;
}

export const NO_TIMELINES: Timelines = { seenAt: 0, servers: {} };

export function parseTimelines(value: unknown): Timelines | undefined {
  return timelines.safeParse(value).data as Timelines | undefined;
}
