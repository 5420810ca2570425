import type { Implementation } from '@modelcontextprotocol/client';
import { VERSION } from '../../model/version.ts';

/** Who Gatehouse says it is, to callers and to servers. */
export const GATEHOUSE_INFO: Implementation = { name: 'gatehouse', title: 'Gatehouse', version: VERSION };
