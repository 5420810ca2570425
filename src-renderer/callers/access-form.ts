import { type CallerLimit, patternMistake, patternsOfNobody } from '../../src-main/engine/model/caller-limit.ts';
import type { CallerRow } from '../../src-preload/contract.ts';
import type { FormErrors } from '../ui/form-errors.ts';
import { laterTexts } from '../ui/texts-later.ts';
import { formatList } from '../ui/time.ts';

/** What a key may use, as a person fills it in. */
export interface AccessFields {
  readonly isLimited: boolean;
  /** Servers that are reached as a whole. */
  readonly servers: readonly string[];
  readonly readOnly: boolean;
  /** Patterns of single tools, as they are written. */
  readonly tools: string;
  readonly never: string;
}

type Limit = NonNullable<CallerRow['limit']>;

export type PatternField = 'tools' | 'never';
export type AccessErrors = FormErrors<PatternField>;

export const UNLIMITED_FIELDS: AccessFields = { isLimited: false, servers: [], readOnly: false, tools: '', never: '' };

export function fieldsFrom(limit: CallerLimit | undefined): AccessFields {
  if (!limit) return UNLIMITED_FIELDS;
  const { allow, deny, readOnly } = limit;
  return {
    isLimited: true,
    servers: allow.filter((pattern) => !pattern.includes('/')),
    readOnly,
    tools: allow.filter((pattern) => pattern.includes('/')).join(' '),
    never: deny.join(' '),
  };
}

/** The whole limit, as it was shown: a part of another one would make it something that nobody saw. */
export function limitFrom({ isLimited, servers, readOnly, tools, never }: AccessFields): Limit | undefined {
  if (!isLimited) return undefined;
  return { allow: [...new Set([...servers, ...patternsIn(tools)])], deny: patternsIn(never), readOnly };
}

export function errorsIn(fields: AccessFields): AccessErrors {
  if (!fields.isLimited) return {};
  const mistaken = (text: string) => patternsIn(text).find((pattern) => patternMistake(pattern) !== undefined);
  const [tools, never] = [mistaken(fields.tools), mistaken(fields.never)];
  return {
    ...(tools === undefined ? {} : { tools: laterTexts.access.patternMistake(tools) }),
    ...(never === undefined ? {} : { never: laterTexts.access.patternMistake(never) }),
  };
}

/** Said of patterns that name no server that is there: they are kept, for one that may come. */
export function remarkOn(text: string, servers: readonly string[]): string | undefined {
  const unknown = patternsOfNobody(patternsIn(text), servers);
  return unknown.length === 0 ? undefined : laterTexts.access.ofNobody(formatList(unknown));
}

function patternsIn(text: string): string[] {
  return [...new Set(text.split(/[\s,]+/).filter((pattern) => pattern !== ''))];
}
