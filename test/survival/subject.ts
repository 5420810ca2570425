import type { Stage } from './stage.ts';

/** How one call of a tool ended. */
export interface Outcome {
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly ms: number;
  /** Undefined where the call succeeded. */
  readonly failure?: string;
}

/** A program of the person's (an editor, an assistant) that calls one MCP server through the subject. */
export interface Tool {
  /** One call, connecting first where that is still to be done. Never rejects. */
  call(): Promise<Outcome>;
}

/** Names of the MCP servers of a trial. */
export type ServerName = 'main' | 'other';

/** What keeps the logins in one trial. */
export interface Subject {
  start(): Promise<void>;
  /** A click of the person's, where the subject has something to click before a call asks for a sign-in. */
  signIn?(server: ServerName): Promise<void>;
  /** Each tool is a process of its own where the subject works like that. */
  tool(server: ServerName): Tool;
  /** Ends all its programs. Tools from before are of no use afterwards. */
  stop(signal: 'SIGTERM' | 'SIGKILL'): Promise<void>;
}

export type SubjectId = 'gatehouse' | 'mcp-remote' | 'plain-sdk';

export interface SubjectKind {
  readonly id: SubjectId;
  /** With its version. */
  readonly title: string;
  begin(stage: Stage): Promise<Subject>;
}
