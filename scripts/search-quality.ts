/**
 * `npm run search-quality`: what finding tools by search saves and finds, on realistic tools and on the reference server.
 * Prints the README's table, and the questions that were missed.
 */
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { InMemoryTransport } from '@modelcontextprotocol/sdk/inMemory.js';
import type { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { ListRootsRequestSchema } from '@modelcontextprotocol/sdk/types.js';
import type { ServerLists } from '../src-main/engine/endpoint/aggregate/catalogue.ts';
import { measureSearch, type SearchFigures } from '../test/bench/search-quality.ts';
import { everythingQuestions, laterQuestions, questions, realisticTools } from '../test/fixtures/tools/tools.ts';

/** What models' tokenizers make of JSON and English, roughly. */
const BYTES_A_TOKEN = 4;

const kilobytes = (bytes: number): string => `${(bytes / 1024).toFixed(1)} KB`;
const tokens = (bytes: number): string => `about ${Math.round(bytes / BYTES_A_TOKEN).toLocaleString('en')}`;
const percent = (share: number): string => `${Math.round(share * 100)} %`;

function row(what: string, figures: SearchFigures): string {
  const { bytesOfAll, bytesOfSearch, bytesOfAnswer } = figures;
  const withOne = bytesOfSearch + bytesOfAnswer;
  const cells = [
    `${what} (${figures.tools})`,
    `${kilobytes(bytesOfAll)}, ${tokens(bytesOfAll)}`,
    `${kilobytes(withOne)}, ${tokens(withOne)}`,
    percent(1 - withOne / bytesOfAll),
    `${percent(figures.recallAt1)}, ${percent(figures.recallAt5)} of ${figures.answers}`,
    `${figures.msToSearch.toFixed(1)} (index: ${Math.round(figures.msToBuild)})`,
  ];
  return `| ${cells.join(' | ')} |`;
}

async function everythingTools(): Promise<ServerLists['tools']> {
  const path = '@modelcontextprotocol/server-everything/dist/server/index.js';
  const { createServer }: { createServer(): { server: McpServer; cleanup: () => void } } = await import(path);
  const { server, cleanup } = createServer();
  const [ours, theirs] = InMemoryTransport.createLinkedPair();
  // It has more tools for a caller that can be asked something.
  const capabilities = { sampling: {}, elicitation: { form: {}, url: {} }, roots: {} };
  const client = new Client({ name: 'search-quality', version: '1.0.0' }, { capabilities });
  client.setRequestHandler(ListRootsRequestSchema, () => ({ roots: [] }));
  await Promise.all([server.connect(theirs), client.connect(ours)]);
  const { tools } = await client.listTools();
  await client.close();
  cleanup();
  return tools as ServerLists['tools'];
}

const realistic = realisticTools();
const everything = new Map([['everything', await everythingTools()]]);
const measured = [
  ['realistic tools', await measureSearch(realistic, questions())],
  ['the same, later questions', await measureSearch(realistic, laterQuestions())],
  ['server-everything', await measureSearch(everything, everythingQuestions())],
] as const;

console.log(
  '| tools | all definitions, tokens | search and one answer | saved | right tool first, among five | ms a search |',
);
console.log('|---|---|---|---|---|---|');
for (const [what, figures] of measured) console.log(row(what, figures));
console.log('\nMissed:');
for (const [, { missed }] of measured) for (const asked of missed) console.log(`- ${asked}`);
