import type { ProgramServer } from './program-server.ts';
import type { UpstreamServer } from './upstream-server.ts';

/** One configured server, however it is reached; `transport` tells which of the two it is. */
export type Upstream = UpstreamServer | ProgramServer;
