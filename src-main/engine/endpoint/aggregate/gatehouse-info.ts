import type { Implementation } from '@modelcontextprotocol/client';

/** Who Gatehouse says it is, to callers and to servers. */
export const GATEHOUSE_INFO: Implementation = { name: 'gatehouse', title: 'Gatehouse', version: '0.1.0' };
