import { execFile } from 'node:child_process';
import { win32 } from 'node:path';
import { fail, ok, type Result } from '../../engine/model/result.ts';

/** The person's own `Path` of Windows, as it is written in the registry: its variables are not put in. */
export interface UserPath {
  read(): Promise<Result<string>>;
  /** Resolves with what stands there now. */
  write(path: string): Promise<Result<string>>;
}

const LIMIT_MS = 20_000;

// setx cuts at 1,024 characters, and reg.exe writes in the console's code page; .NET does neither.
const READ = [
  '[Console]::OutputEncoding = New-Object System.Text.UTF8Encoding $false',
  "$key = [Microsoft.Win32.Registry]::CurrentUser.OpenSubKey('Environment', $true)",
  "[Console]::Write($key.GetValue('Path', '', 'DoNotExpandEnvironmentNames'))",
];
const WRITE = [
  "$key = [Microsoft.Win32.Registry]::CurrentUser.OpenSubKey('Environment', $true)",
  "if ($env:GATEHOUSE_NEW_PATH) { $key.SetValue('Path', $env:GATEHOUSE_NEW_PATH, 'ExpandString') } else { $key.DeleteValue('Path', $false) }",
  // Removing a variable that nobody has tells the programs that run that the environment changed (WM_SETTINGCHANGE).
  "[Environment]::SetEnvironmentVariable('GATEHOUSE_NEW_PATH', $null, 'User')",
  ...READ,
];

/** By the PowerShell that every Windows has: Node reaches no registry. */
export function createUserPath(env: NodeJS.ProcessEnv): UserPath {
  const run = (lines: readonly string[], variables: NodeJS.ProcessEnv): Promise<Result<string>> =>
    new Promise((resolve) => {
      const file = win32.join(env.SystemRoot ?? 'C:\\Windows', 'System32\\WindowsPowerShell\\v1.0\\powershell.exe');
      const script = ["$ErrorActionPreference = 'Stop'", ...lines].join('; ');
      const args = ['-NoProfile', '-NonInteractive', '-Command', script];
      const options = { env: { ...env, ...variables }, timeout: LIMIT_MS, windowsHide: true };
      execFile(file, args, options, (error, stdout, stderr) => {
        if (!error) return resolve(ok(stdout));
        const said = stderr.trim().split(/\r?\n/)[0] || error.message.split('\n')[0] || 'no reason given';
        return resolve(fail({ code: 'not-available', detail: said }));
      });
    });
  return {
    read: () => run(READ, {}),
    write: async (path) => {
      const now = await run(WRITE, { GATEHOUSE_NEW_PATH: path });
      if (!now.ok || now.value === path) return now;
      return fail({ code: 'not-available', detail: 'it has another value afterwards' });
    },
  };
}
