import type { Scenario } from './scenario.ts';
import type { Listed, Tool } from './tool.ts';

interface Call {
  readonly name: string;
  readonly arguments: Record<string, unknown>;
}

/** What a tool does once it is connected. */
export async function play(tool: Tool, { name, context }: Scenario): Promise<void> {
  const tools = await tool.listTools();
  for (const call of callsOf(name, context, tools)) await tool.callTool(call.name, call.arguments);
  if (name === 'http-standard-headers') await tool.readAll();
}

function callsOf(name: string, context: Scenario['context'], tools: readonly Listed[]): readonly Call[] {
  if (Array.isArray(context.toolCalls)) return context.toolCalls;
  switch (name) {
    // Its server has no call for them.
    case 'json-schema-ref-no-deref':
    case 'initialize':
    case 'request-metadata':
      return [];
    case 'tools_call':
      return [{ name: 'add_numbers', arguments: { a: 5, b: 3 } }];
    case 'json-schema-2020-12-preservation':
      return tools
        .filter((tool) => tool.name === 'json_schema_2020_12_tool')
        .map(({ inputSchema }) => ({ name: 'json_schema_echo', arguments: { schema: inputSchema } }));
    default:
      return tools.map((tool) => ({ name: tool.name, arguments: {} }));
  }
}
