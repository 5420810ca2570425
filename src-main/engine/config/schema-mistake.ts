import type { z } from 'zod';
import { type Detail, ENGLISH_SAYINGS, type SayingKey, type Sayings, say } from '../model/sayings.ts';

/** Sayings in which nothing is filled in. */
export type PlainKey = { [K in SayingKey]: Parameters<Sayings[K]> extends [] ? K : never }[SayingKey];

/**
 * What is wrong with a value, from a schema's complaint.
 *
 * @param whole what was parsed, to tell what is missing from what is of another kind
 */
export function mistakeOf(issue: z.core.$ZodIssue, whole: unknown): Detail {
  if (isPlainKey(issue.message)) return say(issue.message);
  switch (issue.code) {
    case 'invalid_type':
      return valueAt(whole, issue.path) === undefined ? say('missing') : say('wrong-kind', issue.expected);
    case 'invalid_value':
      return say('one-of', issue.values.map((value) => JSON.stringify(value)).join(', '));
    case 'too_small':
      return say('at-least', String(issue.minimum));
    case 'too_big':
      return say('at-most', String(issue.maximum));
    default:
      return { detail: issue.message.endsWith('.') ? issue.message : `${issue.message}.` };
  }
}

/** The schema gives no message of its own that is a key and takes something. */
function isPlainKey(message: string): message is PlainKey {
  return Object.hasOwn(ENGLISH_SAYINGS, message);
}

function valueAt(whole: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (value, key) => (typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined),
    whole,
  );
}
