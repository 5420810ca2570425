import type { Result, StandardSchemaV1 } from '@modelcontextprotocol/client';

/** What one side answers goes on to the other as it is: the SDKs' schemas would look at all of it. */
export const ANY_RESULT: StandardSchemaV1<unknown, Result> = {
  '~standard': { version: 1, vendor: 'gatehouse', validate: (value) => ({ value: value as Result }) },
};
