import type { Result } from '@modelcontextprotocol/client';
import { isRecord } from '../../model/record.ts';

/**
 * A result with the addresses under which its caller reaches the resources in it: links, embedded ones, those of a
 * prompt's messages, and what was read.
 *
 * @see MCP 2025-11-25, server/tools, "Resource Links" and "Embedded Resources"
 */
export function withShownAddresses(result: Result, shown: (uri: string) => string): Result {
  const { content, contents, messages } = result;
  return {
    ...result,
    ...(Array.isArray(content) ? { content: content.map((block) => blockShown(block, shown)) } : {}),
    ...(Array.isArray(contents) ? { contents: contents.map((read) => addressShown(read, shown)) } : {}),
    ...(Array.isArray(messages) ? { messages: messages.map((message) => messageShown(message, shown)) } : {}),
  };
}

function messageShown(message: unknown, shown: (uri: string) => string): unknown {
  return isRecord(message) ? { ...message, content: blockShown(message.content, shown) } : message;
}

function blockShown(block: unknown, shown: (uri: string) => string): unknown {
  if (!isRecord(block)) return block;
  if (block.type === 'resource_link') return addressShown(block, shown);
  return block.type === 'resource' ? { ...block, resource: addressShown(block.resource, shown) } : block;
}

function addressShown(resource: unknown, shown: (uri: string) => string): unknown {
  if (!isRecord(resource) || typeof resource.uri !== 'string') return resource;
  return { ...resource, uri: shown(resource.uri) };
}
