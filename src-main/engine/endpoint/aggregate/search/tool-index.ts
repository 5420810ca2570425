import type { Tool } from '@modelcontextprotocol/client';
import type { Catalogue, Target } from '../catalogue.ts';
import { synonymsOf, termOf, termsAsked, wordsOf } from './terms.ts';

/** Of what a hostile server says this much is looked at. */
const LONGEST_TEXT = 2000;
const PARAMETERS_AT_MOST = 60;
const LONGEST_QUERY = 400;
const TERMS_AT_MOST = 24;

/** How much a field's words say about what a tool is for. */
const FIELD_WEIGHTS = { name: 1.2, title: 1, description: 0.6, parameters: 0.4, parameterTexts: 0.3, server: 4 };

/** Against a word that stands there as it was asked. */
const SYNONYM_WEIGHT = 0.8;
const INEXACT_WEIGHT = 0.4;

/** How much of the score is lost where none of the other words are there. */
const COVERAGE_WEIGHT = 0.7;

/** Who asks something wants to read. */
const QUESTION_WEIGHT = 1.3;
const ASKS = /^\s*(?:what|which|who|whose|when|where|how|did|does|do|is|are|why|show|list|find|all)\b/i;
const READS = /^(?:get|list|search|find|query|read|retrieve|fetch|describe|show|view|check|look|analy[sz]e|report)/i;

type Field = keyof typeof FIELD_WEIGHTS;
type Entry = Readonly<Record<Field, string>> & { readonly id: number };

export interface ToolIndex {
  /** The best first. */
  search(query: string, options: { readonly limit: number; readonly server?: string | undefined }): readonly Tool[];
}

/** Words of all tools of a catalogue, ranked by BM25+ for each word that was asked; a tool that has more of them is better. */
export async function createToolIndex({ tools, tool }: Catalogue): Promise<ToolIndex> {
  // Loaded when somebody searches.
  const { default: MiniSearch } = await import('minisearch');
  const known = new Set<string>();
  const index = new MiniSearch<Entry>({
    fields: Object.keys(FIELD_WEIGHTS),
    tokenize: wordsOf,
    processTerm: (word) => {
      const term = termOf(word);
      if (term !== undefined) known.add(term);
      return term ?? null;
    },
  });
  await index.addAllAsync(tools.map((item, id) => entryOf(item, tool(item.name), id)));

  /** Of each tool that has this word, how well it fits, up to the weight and the word's rarity. */
  const rate = (term: string, weight: number, into: Map<number, number>): void => {
    const isKnown = known.has(term);
    // A word that some tool has is meant as it is; another one may be the beginning of one, or misspelt.
    const found = index.search(term, {
      boost: FIELD_WEIGHTS,
      tokenize: (text) => [text],
      processTerm: (text) => text,
      prefix: !isKnown && term.length > 3,
      fuzzy: !isKnown && term.length > 4 ? 0.2 : false,
    });
    const [best] = found;
    if (!best) return;
    const rarity = Math.log(1 + tools.length / found.length);
    const most = weight * rarity * (isKnown ? 1 : INEXACT_WEIGHT);
    for (const { id, score } of found) into.set(id, Math.max(into.get(id) ?? 0, most * Math.sqrt(score / best.score)));
  };

  return {
    search: (query, { limit, server }) => {
      const asked = termsAsked(query.slice(0, LONGEST_QUERY)).slice(0, TERMS_AT_MOST);
      const sums = new Map<number, { score: number; words: number }>();
      let known = 0;
      for (const term of asked) {
        const fits = new Map<number, number>();
        rate(term, 1, fits);
        for (const other of synonymsOf(term)) rate(other, SYNONYM_WEIGHT, fits);
        if (fits.size > 0) known += 1;
        for (const [id, score] of fits) {
          const sum = sums.get(id) ?? { score: 0, words: 0 };
          sums.set(id, { score: sum.score + score, words: sum.words + 1 });
        }
      }
      const isQuestion = ASKS.test(query);
      const ranked = [...sums].flatMap(([id, { score, words }]) => {
        const found = tools[id];
        const target = found && tool(found.name);
        if (!found || !target || (server !== undefined && target.server !== server)) return [];
        const coverage = 1 - COVERAGE_WEIGHT + (COVERAGE_WEIGHT * words) / known;
        return { found, score: score * coverage * (isQuestion && READS.test(target.name) ? QUESTION_WEIGHT : 1) };
      });
      return ranked
        .sort((one, other) => other.score - one.score)
        .slice(0, limit)
        .map(({ found }) => found);
    },
  };
}

function entryOf(tool: Tool, target: Target | undefined, id: number): Entry {
  const { properties } = tool.inputSchema;
  const parameters = Object.entries(properties ?? {}).slice(0, PARAMETERS_AT_MOST);
  return {
    id,
    server: target?.server ?? '',
    // Without the server's before it.
    name: target?.name ?? tool.name,
    title: tool.title ?? tool.annotations?.title ?? '',
    description: (tool.description ?? '').slice(0, LONGEST_TEXT),
    parameters: parameters.map(([name]) => name).join(' '),
    parameterTexts: parameters
      .map(([, schema]) => descriptionOf(schema))
      .join(' ')
      .slice(0, LONGEST_TEXT),
  };
}

function descriptionOf(schema: unknown): string {
  if (typeof schema !== 'object' || schema === null || !('description' in schema)) return '';
  return typeof schema.description === 'string' ? schema.description : '';
}
