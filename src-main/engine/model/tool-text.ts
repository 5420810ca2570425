/** What of a tool a model reads and a person approves. */
export interface ReadTool {
  readonly title?: string | undefined;
  readonly description?: string | undefined;
  readonly inputSchema?: unknown;
  readonly outputSchema?: unknown;
  readonly annotations?: unknown;
}

/** A tool as lines for people. Equal texts mean equal tools: the order of members says nothing. */
export function toolText({ title, description, inputSchema, outputSchema, annotations }: ReadTool): string {
  return [
    ...(title === undefined ? [] : [`title: ${title.replaceAll('\n', '\n  ')}`]),
    ...(description === undefined ? [] : ['description:', ...description.split('\n').map((line) => `  ${line}`)]),
    ...part('annotations', annotations),
    ...part('input', inputSchema),
    ...part('output', outputSchema),
  ].join('\n');
}

/** In the order in which they stand in a text. */
export const TOOL_PARTS = ['title', 'description', 'annotations', 'input', 'output'] as const;
export type ToolPart = (typeof TOOL_PARTS)[number];

/** The part that begins with this line of such a text: all others are indented, or end what a brace began. */
export function partBegunBy(line: string): ToolPart | undefined {
  return TOOL_PARTS.find((name) => line.startsWith(`${name}:`));
}

function part(name: ToolPart, value: unknown): readonly string[] {
  if (value === undefined) return [];
  const [first = '', ...lines] = JSON.stringify(inOrder(value), null, 2).split('\n');
  return [`${name}: ${first}`, ...lines];
}

function inOrder(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(inOrder);
  const members = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(members.map(([key, member]) => [key, inOrder(member)]));
}
