import { fail, ok, type Result } from '../model/result.ts';
import { say } from '../model/sayings.ts';
import type { Http, HttpResponse } from '../ports.ts';
import {
  badAnswer,
  EXCHANGE_TIMEOUT_MS,
  isAbsence,
  isSuccess,
  METADATA_REDIRECTS,
  serverTrouble,
} from './http-answer.ts';

/**
 * Asks one well-known address (GET). Undefined where there is nothing, so that the next address is asked (D1, D4);
 * fails with `server-error`, `bad-answer`, or what the network failed with, none of which means "nothing".
 */
export async function askForMetadata(url: string, http: Http): Promise<Result<HttpResponse | undefined>> {
  const answer = await http.send({
    url,
    method: 'GET',
    headers: { accept: 'application/json' },
    redirects: METADATA_REDIRECTS,
    timeoutMs: EXCHANGE_TIMEOUT_MS,
  });
  if (!answer.ok || isSuccess(answer.value.status)) return answer;
  if (isAbsence(answer.value.status)) return ok(undefined);
  const trouble = serverTrouble(answer.value);
  return trouble ? fail(trouble) : badAnswer(answer.value, say('metadata-elsewhere'));
}
