/** How an MCP server answers a POST: one JSON body, or an event stream that ends after the answer. */
export const ANSWER_MODES = ['json', 'sse'] as const;
export type AnswerMode = (typeof ANSWER_MODES)[number];

export function modeOf(url: string | undefined): AnswerMode {
  return url?.includes('sse') ? 'sse' : 'json';
}
