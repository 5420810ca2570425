import { z } from 'zod';

/** Parsers of our own small files in the data folder; undefined for what is torn or foreign. */
const loginIndex = z.record(z.string(), z.array(z.string()));
const callers = z.array(z.object({ name: z.string(), keyHash: z.string(), createdAt: z.number() }));
const port = z.int().min(0).max(65_535);

export function parseLoginIndex(value: unknown): z.infer<typeof loginIndex> | undefined {
  return loginIndex.safeParse(value).data;
}

export function parseCallers(value: unknown): z.infer<typeof callers> | undefined {
  return callers.safeParse(value).data;
}

export function parsePort(value: unknown): number | undefined {
  return port.safeParse(value).data;
}
