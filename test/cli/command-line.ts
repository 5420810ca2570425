import { PassThrough } from 'node:stream';
import type { CliContext, InputStream, ServeOptions, Service } from '../../src-main/cli/context.ts';
import { runCli } from '../../src-main/cli/program.ts';
import { connectControl } from '../../src-main/control/socket-client.ts';
import { fail, ok, type Result } from '../../src-main/engine/model/result.ts';

export interface CommandLine {
  /** Types into standard input. */
  readonly stdin: PassThrough;
  readonly stdout: () => string;
  readonly stderr: () => string;
  /** The JSON values on standard output; fails where a line is none. */
  readonly json: () => unknown[];
  /** Ctrl-C. */
  interrupt(): void;
  readonly opened: readonly string[];
  readonly served: readonly ServeOptions[];
  readonly exitCode: Promise<number>;
}

export interface Surroundings {
  readonly dataDir?: string;
  readonly openBrowser?: CliContext['openBrowser'];
  readonly serve?: CliContext['serve'];
  readonly stdin?: InputStream;
  readonly service?: Partial<Service>;
  readonly autostart?: CliContext['autostart'];
}

const noService = async (): Promise<Result<never>> =>
  fail({ code: 'not-available', detail: 'The test has no service.' });

/** Runs a command line in this process, with everything outside of it in the test's hands. */
export function type(args: readonly string[], around: Surroundings = {}): CommandLine {
  const stdin = new PassThrough();
  const opened: string[] = [];
  const served: ServeOptions[] = [];
  const interrupts = new Set<() => void>();
  let stdout = '';
  let stderr = '';
  const openBrowser = async (url: string): Promise<Result<void>> => {
    opened.push(url);
    return ok(undefined);
  };
  const exitCode = runCli(args, {
    version: '0.1.0',
    installation: { kind: 'node', node: '/usr/bin/node', script: '/gatehouse/dist/main/cli.js' },
    stdin: around.stdin ?? stdin,
    stdout: {
      write: (text) => {
        stdout += text;
      },
    },
    stderr: {
      write: (text) => {
        stderr += text;
      },
    },
    formatTime: (at) => new Date(at).toISOString().slice(11, 16),
    resolveDataDir: (option) => option ?? around.dataDir ?? '/gatehouse-that-is-not-there',
    connect: connectControl,
    openBrowser: around.openBrowser ?? openBrowser,
    serve: async (options) => {
      served.push(options);
      return around.serve ? around.serve(options) : 0;
    },
    bridge: async () => 0,
    autostart: around.autostart,
    service: { install: noService, uninstall: noService, status: noService, ...around.service },
    onInterrupt: (listener) => {
      interrupts.add(listener);
      return () => interrupts.delete(listener);
    },
  });
  return {
    stdin,
    stdout: () => stdout,
    stderr: () => stderr,
    json: () =>
      stdout
        .split('\n')
        .filter((line) => line !== '')
        .map((line) => JSON.parse(line)),
    interrupt: () => {
      for (const listener of interrupts) listener();
    },
    opened,
    served,
    exitCode,
  };
}
