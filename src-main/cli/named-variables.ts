import { InvalidArgumentError } from 'commander';

/** Header, or variable of a command -> name of our environment variable that holds its value. */
export type NamedVariables = Readonly<Record<string, string>>;
/** Null takes it away. */
export type ChangedVariables = Readonly<Record<string, string | null>>;

export const HEADERS = namedBy(
  /^([!#$%&'*+.^_`|~0-9A-Za-z-]+)=([A-Za-z_][A-Za-z0-9_]*)?$/,
  'It is the name of a header, "=", and the name of an environment variable.',
);

export const VARIABLES = namedBy(
  /^([^=\s]+)=([A-Za-z_][A-Za-z0-9_]*)?$/,
  'It is the name of a variable for the command, "=", and the name of the environment variable with its value.',
);

/** What an option that may be repeated collects. */
function namedBy(pattern: RegExp, mistake: string) {
  const read = (text: string): readonly [name: string, ours: string | undefined] => {
    const [, name, ours] = pattern.exec(text) ?? [];
    if (name === undefined) throw new InvalidArgumentError(mistake);
    return [name, ours];
  };
  return {
    /** `K=VAR` */
    collect: (text: string, before: NamedVariables = {}): NamedVariables => {
      const [name, ours] = read(text);
      if (ours === undefined) throw new InvalidArgumentError(mistake);
      return { ...before, [name]: ours };
    },
    /** `K=VAR`, and `K=` to take it away. */
    collectChange: (text: string, before: ChangedVariables = {}): ChangedVariables => {
      const [name, ours] = read(text);
      return { ...before, [name]: ours ?? null };
    },
  };
}
