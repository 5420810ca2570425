import { CompleteEvents, dataOf, eventsIn } from './complete-events.ts';

/** Instructions may be long; nothing else of such an answer is. */
const ANSWER_BYTES = 1024 * 1024;

/** The revision that a server agreed to; undefined where it refused, or answered with something else. */
export async function readNegotiatedVersion(answer: Response): Promise<string | undefined> {
  if (!answer.ok) {
    await answer.body?.cancel();
    return undefined;
  }
  if (!answer.headers.get('content-type')?.toLowerCase().startsWith('text/event-stream')) {
    const body = await readToEnd(answer);
    return body && versionIn(body.toString('utf8'));
  }
  const events = new CompleteEvents(ANSWER_BYTES);
  let bytes = 0;
  // Leaving the loop closes the stream.
  for await (const chunk of answer.body ?? []) {
    bytes += chunk.length;
    if (bytes > ANSWER_BYTES) return undefined;
    for (const event of eventsIn(events.take(chunk))) {
      const version = versionIn(dataOf(event));
      if (version !== undefined) return version;
    }
  }
  return undefined;
}

/** The body, or undefined of one that is longer than any answer to a handshake. */
export async function readToEnd(answer: Response): Promise<Buffer | undefined> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of answer.body ?? []) {
    bytes += chunk.length;
    if (bytes > ANSWER_BYTES) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function versionIn(text: string): string | undefined {
  try {
    const message = JSON.parse(text) as { result?: { protocolVersion?: unknown } } | null;
    const version = message?.result?.protocolVersion;
    return typeof version === 'string' ? version : undefined;
  } catch {
    return undefined;
  }
}
