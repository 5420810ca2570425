import { beforeAll, describe, expect, it } from 'vitest';
import { runOAuthEndToEnd } from './oauth-run.ts';
import { ROWS, type Row, type RowId } from './table.ts';

/** Short enough for every day; `npm run e2e` takes the 30 s of the demo. */
const TOKEN_TTL_S = 8;
const IDS = Object.keys(ROWS) as RowId[];

describe('the main job, on the built program, with a real keyring and a real browser', () => {
  const rows = new Map<RowId, Row>();
  let trouble: unknown;

  beforeAll(async () => {
    // What it saw until then is told even where it cannot go on.
    await runOAuthEndToEnd({ tokenTtlS: TOKEN_TTL_S, say: () => {}, onRow: (row) => rows.set(row.id, row) }).catch(
      (error: unknown) => {
        trouble = error;
      },
    );
  }, 240_000);

  it.each(IDS.map((id) => ({ id, what: ROWS[id] })))('$what', ({ id }) => {
    const row = rows.get(id);
    if (row === undefined) throw new Error('The run did not come so far.', { cause: trouble });
    expect(row.ok, `expected ${row.expected}\nseen ${row.seen}`).toBe(true);
  });

  it('comes to its end', () => {
    expect(trouble).toBeUndefined();
  });
});
