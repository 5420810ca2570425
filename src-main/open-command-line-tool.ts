import { join } from 'node:path';
import { keepCommandCopy } from './adapters/command-copy.ts';
import { openLinkedCommand } from './adapters/command-line-tool/linked-command.ts';
import { openPathCommand } from './adapters/command-line-tool/path-command.ts';
import { createUserPath } from './adapters/command-line-tool/user-path.ts';
import type { Installation } from './engine/model/own-command.ts';
import { fail, ok, type Result } from './engine/model/result.ts';
import { say } from './engine/model/sayings.ts';
import type { CommandLineTool } from './engine/ports.ts';

interface BroughtCommand {
  readonly installation: Installation;
  /** `process.resourcesPath` of Electron: what the app has now, which for an AppImage is gone with it. */
  readonly resourcesPath: string;
  readonly env: NodeJS.ProcessEnv;
  readonly platform: string;
  /** An app with a data folder of its own does not take the place of the usual one. */
  readonly isUsualFolder: boolean;
}

interface OpenedTool {
  readonly tool: CommandLineTool;
  /** Whether what it leads to is there. */
  readonly ready: Promise<Result<void>>;
}

/** The command that the packaged app brings, on the person's PATH. */
export function openCommandLineTool(options: BroughtCommand): OpenedTool {
  const { installation, resourcesPath, env, platform } = options;
  const isThere = Promise.resolve(ok(undefined));
  if (installation.kind !== 'app') return { tool: NO_COMMAND_LINE_TOOL, ready: isThere };
  const { resources } = installation;
  if (platform === 'win32') {
    const launcher = `${resources}\\command\\bin\\gatehouse.cmd`;
    return { tool: openPathCommand({ launcher, userPath: createUserPath(env), env }), ready: isThere };
  }
  const ready = resources === resourcesPath ? isThere : keepCommandCopy(join(resourcesPath, 'command'), resources);
  const tool = openLinkedCommand({
    launcher: join(resources, 'command/bin/gatehouse'),
    launcherReady: ready,
    isRenewed: options.isUsualFolder,
    packageLauncher: '/usr/bin/gatehouse',
    env,
    platform,
  });
  return { tool, ready };
}

/** Of a checkout and of an engine without a desktop. */
export const NO_COMMAND_LINE_TOOL: CommandLineTool = {
  state: { kind: 'not-here' },
  set: async () => fail({ code: 'not-available', ...say('command-not-brought') }),
  onChange: () => () => undefined,
};
