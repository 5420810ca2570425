import { spawn } from 'node:child_process';
import { appendFileSync } from 'node:fs';
import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { StdioServerTransport } from '@modelcontextprotocol/sdk/server/stdio.js';
import { z } from 'zod';

/**
 * A small server on standard input and output. RUNS: a file that gets a line with its process id at each start.
 * HELPER: it starts a process of its own that does not look at its input. FRAGILE: it ends at whatever comes before
 * initialize.
 */
const { RUNS, HELPER, FRAGILE } = process.env;

const helper = HELPER
  ? spawn(process.execPath, ['-e', "process.on('SIGTERM', () => {}); setInterval(() => {}, 1000)"], { stdio: 'ignore' })
  : undefined;
if (RUNS !== undefined) appendFileSync(RUNS, `${process.pid} ${helper?.pid ?? ''}\n`);

if (FRAGILE) {
  process.stdin.once('data', (chunk) => {
    if (!chunk.includes('"initialize"')) process.exit(3);
  });
}

const text = (words) => ({ content: [{ type: 'text', text: words }] });

const server = new McpServer({ name: 'test-stdio', version: '1.0.0' });
let counted = 0;
server.registerTool('count', { description: 'Counts its calls' }, () => text(`${++counted}`));
server.registerTool('pid', { description: 'Its process' }, () => text(`${process.pid}`));
server.registerTool('crash', { description: 'Ends the process' }, () => process.exit(7));
server.registerTool('environment', { description: 'What it was given' }, () => text(JSON.stringify(process.env)));
server.registerTool('folder', { description: 'Where it runs' }, () => text(process.cwd()));
server.registerTool(
  'say',
  { description: 'Writes to standard error', inputSchema: { line: z.string() } },
  ({ line }) => {
    console.error(line);
    return text('said');
  },
);
await server.connect(new StdioServerTransport());
