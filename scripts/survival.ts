// `npm run survival -- [--only NAME]... [--json | --markdown]`: what becomes of a login under one fault after the other,
// for Gatehouse, mcp-remote and the plain SDK client side by side, counted at the authorization server.
import { parseArgs } from 'node:util';
import { EXPERIMENTS } from '../test/survival/experiments.ts';
import { gatehouse } from '../test/survival/gatehouse.ts';
import { installMcpRemote, MCP_REMOTE_VERSION } from '../test/survival/mcp-remote.ts';
import { plainSdk } from '../test/survival/plain-sdk.ts';
import { lineOf, markdownTable, terminalTable } from '../test/survival/report.ts';
import { runAll } from '../test/survival/run.ts';
import { RULE } from '../test/survival/verdict.ts';

const SUBJECTS = ['gatehouse', 'mcp-remote', 'plain-sdk'] as const;

const { values } = parseArgs({
  options: {
    only: { type: 'string', multiple: true, default: [] },
    json: { type: 'boolean', default: false },
    markdown: { type: 'boolean', default: false },
  },
});
const names = new Set<string>([...SUBJECTS, ...EXPERIMENTS.map(({ id }) => id)]);
const unknown = values.only.filter((name) => !names.has(name));
if (unknown.length > 0) {
  console.error(`Nothing is named ${unknown.join(', ')}. There are: ${[...names].join(', ')}.`);
  process.exit(2);
}
const chosen = <T extends string>(all: readonly T[]): readonly T[] => {
  const some = all.filter((name) => values.only.includes(name));
  return some.length === 0 ? all : some;
};
const subjects = chosen(SUBJECTS);
const ids = chosen(EXPERIMENTS.map(({ id }) => id));
const experiments = EXPERIMENTS.filter(({ id }) => ids.includes(id));
const say = (sentence: string): void => console.error(sentence);

const begun = performance.now();
const kinds = [];
for (const subject of subjects) {
  if (subject === 'mcp-remote') say(`mcp-remote ${MCP_REMOTE_VERSION} is installed into a folder of its own, once.`);
  kinds.push(subject === 'mcp-remote' ? await installMcpRemote() : subject === 'gatehouse' ? gatehouse : plainSdk);
}
const cells = await runAll(experiments, kinds, (cell) =>
  say(`${cell.experiment.padEnd(16)}${cell.subject.padEnd(12)}${String(cell.seconds).padStart(4)} s  ${lineOf(cell)}`),
);
const seconds = Math.round((performance.now() - begun) / 1000);
if (values.json) console.log(JSON.stringify({ seconds, rule: RULE, cells }, undefined, 2));
else
  console.log(
    `\n${(values.markdown ? markdownTable : terminalTable)(experiments, kinds, cells)}\n\n${seconds} s in all`,
  );

const own = cells.filter(({ subject }) => subject === 'gatehouse');
const isKept = own.every(({ verdict }) => verdict === 'kept' || verdict === 'kept, calls failed');
process.exit(isKept ? 0 : 1);
