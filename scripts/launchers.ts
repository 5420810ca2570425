/**
 * `bin/gatehouse` of the packed command, for macOS and Linux: the Node beside it runs the command line beside it. It may
 * be reached by links, has no path of any machine in it, and calls no program but `readlink`. Links of folders are not
 * followed: an AppImage's copy is reached by a link to its newest version, and that link's name is the one that lasts.
 */
export const POSIX_LAUNCHER = `#!/bin/sh
self=$0
while [ -L "$self" ]; do
  target=$(readlink "$self")
  case $target in
    /*) self=$target ;;
    *) self=\${self%/*}/$target ;;
  esac
done
case $self in
  */*) ;;
  *) self=./$self ;;
esac
command=\${self%/*}/..
exec "$command/node" "$command/main/cli.js" "$@"
`;

/**
 * `bin\gatehouse.cmd`: `%~dp0` is its own folder with a backslash at the end, and is not expanded a second time, so the
 * folder may have blanks, percent signs and letters of any language. The code of the command is the launcher's own.
 */
export const WINDOWS_LAUNCHER = [
  '@echo off',
  'setlocal DisableDelayedExpansion',
  '"%~dp0..\\node.exe" "%~dp0..\\main\\cli.js" %*',
  'exit /b %ERRORLEVEL%',
  '',
].join('\r\n');

/** `/usr/bin/gatehouse` of the deb, which belongs to the package as any other of its files. */
export const DEB_LAUNCHER = `#!/bin/sh
exec /opt/Gatehouse/resources/command/bin/gatehouse "$@"
`;
