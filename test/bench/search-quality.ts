import type { ServerLists } from '../../src-main/engine/endpoint/aggregate/catalogue.ts';
import { mergeLists, NO_LISTS } from '../../src-main/engine/endpoint/aggregate/catalogue.ts';
import { Finder } from '../../src-main/engine/endpoint/aggregate/search/finder.ts';
import type { Question } from '../fixtures/tools/tools.ts';

export interface SearchFigures {
  readonly tools: number;
  readonly answers: number;
  /** Of the questions, how many had a right tool as the first, or among the first five. */
  readonly recallAt1: number;
  readonly recallAt5: number;
  /** Of `tools/list`, with all definitions and with the two of the search. */
  readonly bytesOfAll: number;
  readonly bytesOfSearch: number;
  /** Of one answer of `find_tools`, on average. */
  readonly bytesOfAnswer: number;
  readonly msToBuild: number;
  readonly msToSearch: number;
  readonly missed: readonly string[];
}

const ROUNDS = 5;

/** Asks as a model would, with as many answers as it gets where it names no number. */
export async function measureSearch(
  servers: ReadonlyMap<string, ServerLists['tools']>,
  questions: readonly Question[],
): Promise<SearchFigures> {
  const lists = new Map([...servers].map(([server, tools]): [string, ServerLists] => [server, { ...NO_LISTS, tools }]));
  const catalogue = mergeLists(lists, { separator: '__', longest: 64 });
  const finder = new Finder();
  const begun = performance.now();
  await finder.find(catalogue, { query: 'whatever comes first' });
  const msToBuild = performance.now() - begun;

  const missed: string[] = [];
  let [first, amongFive, bytes] = [0, 0, 0];
  for (const { asked, right } of questions) {
    const answer = await finder.find(catalogue, { query: asked });
    bytes += Buffer.byteLength(JSON.stringify(answer.content));
    const names = (answer.structuredContent as { tools: { name: string }[] }).tools.map(({ name }) => name);
    const rank = names.findIndex((name) =>
      right.some((wanted) => catalogue.tool(name) && wanted.replace('/', '__') === name),
    );
    if (rank === 0) first += 1;
    if (rank >= 0 && rank < 5) amongFive += 1;
    else missed.push(asked);
  }
  const searching = performance.now();
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const { asked } of questions) await finder.find(catalogue, { query: asked });
  }
  return {
    tools: catalogue.tools.length,
    answers: questions.length,
    recallAt1: first / questions.length,
    recallAt5: amongFive / questions.length,
    bytesOfAll: sizeOf(catalogue.tools),
    bytesOfSearch: sizeOf(finder.tools(catalogue)),
    bytesOfAnswer: Math.round(bytes / questions.length),
    msToBuild,
    msToSearch: (performance.now() - searching) / (ROUNDS * questions.length),
    missed,
  };
}

function sizeOf(tools: ServerLists['tools']): number {
  return Buffer.byteLength(JSON.stringify(tools));
}
