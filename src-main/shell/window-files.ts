import { isWindowUrl } from './window-address.ts';

export interface WindowFilesOptions {
  /** A file of the built window by the path of its URL; it keeps to the folder. */
  readonly readFile: (path: string) => Promise<{ readonly body: Uint8Array; readonly type: string } | undefined>;
  /** The content security policy and its companions; they go with every answer. */
  readonly headers: Readonly<Record<string, string>>;
}

/** Answers the window's own scheme: files of the built window, nothing else. */
export function createWindowFiles({ readFile, headers }: WindowFilesOptions): (request: Request) => Promise<Response> {
  const nothingHere = (): Response => new Response('There is nothing here.\n', { status: 404, headers });
  return async (request) => {
    if (request.method !== 'GET' || !isWindowUrl(request.url)) return nothingHere();
    const file = await readFile(new URL(request.url).pathname);
    return file
      ? new Response(new Uint8Array(file.body), { headers: { ...headers, 'Content-Type': file.type } })
      : nothingHere();
  };
}
