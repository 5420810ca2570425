type Environment = Readonly<Record<string, string | undefined>>;

/** The folders of a Windows `Path`, as they are written. */
export function foldersOf(path: string): readonly string[] {
  return path.split(';').filter((folder) => folder.trim() !== '');
}

/** Whether a `Path` has a folder: by another case, in quotes, with a backslash at its end or by a variable's name too. */
export function hasFolder(path: string, folder: string, env: Environment): boolean {
  return foldersOf(path).some((one) => isSame(one, folder, env));
}

/** With the folder at its end, so that nothing that was found before is hidden by it. Everything else stays as it is. */
export function withFolder(path: string, folder: string, env: Environment): string {
  if (hasFolder(path, folder, env)) return path;
  return path === '' || path.endsWith(';') ? `${path}${folder}` : `${path};${folder}`;
}

export function withoutFolder(path: string, folder: string, env: Environment): string {
  return path
    .split(';')
    .filter((one) => !isSame(one, folder, env))
    .join(';');
}

function isSame(one: string, other: string, env: Environment): boolean {
  return plain(one, env) === plain(other, env);
}

function plain(folder: string, env: Environment): string {
  const names = new Map(Object.entries(env).map(([name, value]) => [name.toLowerCase(), value]));
  return folder
    .trim()
    .replace(/^"(.*)"$/, '$1')
    .replace(/%([^%]+)%/g, (whole, name: string) => names.get(name.toLowerCase()) ?? whole)
    .replace(/[\\/]+$/, '')
    .toLowerCase();
}
