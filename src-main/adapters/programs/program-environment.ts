/** What a program needs to run at all, find its files and speak the person's language. */
const NEEDED =
  /^(HOME|USER|LOGNAME|PATH|SHELL|TERM|TMPDIR|TZ|LANG|LANGUAGE|LC_\w+|XDG_\w+|DISPLAY|WAYLAND_DISPLAY|XAUTHORITY)$/;
const NEEDED_WINDOWS =
  /^(PATH|PATHEXT|COMSPEC|SYSTEMROOT|SYSTEMDRIVE|WINDIR|TEMP|TMP|USERNAME|USERPROFILE|HOMEDRIVE|HOMEPATH|APPDATA|LOCALAPPDATA|PROGRAMDATA|PROGRAMFILES|PROGRAMFILES\(X86\)|PROGRAMW6432|PROCESSOR_ARCHITECTURE|NUMBER_OF_PROCESSORS)$/i;

/** The part of our environment that a server's program gets: no tokens of other tools, nothing of ours (42). */
export function programEnvironment(env: NodeJS.ProcessEnv, platform: NodeJS.Platform): NodeJS.ProcessEnv {
  const needed = platform === 'win32' ? NEEDED_WINDOWS : NEEDED;
  return Object.fromEntries(
    // A value that begins so is a function of a shell, which the next shell would run.
    Object.entries(env).filter(([name, value]) => needed.test(name) && !value?.startsWith('()')),
  );
}
