import type { Readable } from 'node:stream';
import type { ControlClient } from '../control/socket-client.ts';
import type { CommandLine, Installation } from '../engine/model/own-command.ts';
import type { Result } from '../engine/model/result.ts';
import type { ServiceStatus } from '../engine/model/service-status.ts';
import type { FormatTime } from '../engine/model/words.ts';
import type { Output, TextSink } from './output.ts';

/** What a person may choose for `gatehouse serve`. */
export interface ServeOptions {
  readonly dataDir?: string;
  readonly port?: number;
  readonly vault: 'keychain' | 'file' | 'memory';
  readonly passphraseFile?: string;
  readonly json: boolean;
}

/** What is chosen for `gatehouse stdio`. */
export interface BridgeOptions {
  /** A server; undefined for all of them as one. */
  readonly name: string | undefined;
  readonly caller: string | undefined;
  /** Starts an engine where none runs. */
  readonly mayStart: boolean;
  readonly dataDir: string;
  readonly dataDirOption: string | undefined;
}

/** The engine as a service of the system. */
export interface Service {
  install(command: CommandLine, environmentFile: string): Promise<Result<ServiceStatus>>;
  uninstall(): Promise<Result<ServiceStatus>>;
  status(): Promise<Result<ServiceStatus>>;
}

export type InputStream = Readable & { readonly isTTY?: boolean };

/** Everything outside that a command touches; `gatehouse.ts` makes it. */
export interface CliContext {
  readonly version: string;
  /** For `ownCommand`: what another program is told to run. */
  readonly installation: Installation;
  readonly stdin: InputStream;
  readonly stdout: TextSink;
  readonly stderr: TextSink;
  readonly formatTime: FormatTime;
  /** The folder of `--data-dir`, of the environment, or the usual one. */
  resolveDataDir(option: string | undefined): string;
  connect(dataDir: string): Promise<Result<ControlClient>>;
  openBrowser(url: string): Promise<Result<void>>;
  /** Runs the engine in this process until it is stopped; its exit code. */
  serve(options: ServeOptions): Promise<number>;
  /** Carries MCP between standard input and output and the engine until the input ends; its exit code. */
  bridge(options: BridgeOptions): Promise<number>;
  readonly service: Service;
  /** The file that starts the app at login, where that is a file. */
  readonly autostart: { isOn(): boolean; remove(): Result<void> } | undefined;
  /** Ctrl-C. The answer stops listening. */
  onInterrupt(listener: () => void): () => void;
}

/** One command on its way. */
export interface Invocation {
  readonly context: CliContext;
  readonly out: Output;
  /** As it was given; undefined for the usual place. */
  readonly dataDirOption: string | undefined;
  readonly dataDir: string;
}

/** How a command's file hangs its work into the program. */
export type Run = (work: (invocation: Invocation) => Promise<number>) => Promise<void>;
