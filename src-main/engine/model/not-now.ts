/** One code of JSON-RPC for "not now, and this is why"; outside the range that JSON-RPC and MCP keep for themselves. */
export const NOT_NOW = -31717;
