/** The text of a file that an entry names, or why there is none. A relative path begins at the configuration's folder. */
export type ReadText = (
  path: string,
) => { readonly ok: true; readonly text: string } | { readonly ok: false; readonly why: string };
