import { describe, expect, it } from 'vitest';
import { EXPERIMENTS } from '../survival/experiments.ts';
import { gatehouse } from '../survival/gatehouse.ts';
import { runTrial } from '../survival/run-trial.ts';

const QUICK = ['no-expiry', 'lost-answer', 'two-servers'];

// `npm run survival` plays all of them, with two others beside Gatehouse.
describe('a login under a fault, on the built program, with a real keyring', () => {
  it.each(EXPERIMENTS.filter(({ id }) => QUICK.includes(id)))('$title', async (experiment) => {
    const cell = await runTrial(experiment, gatehouse);
    expect(cell, JSON.stringify(cell)).toMatchObject({ verdict: 'kept', figures: { pages: 0, inClearText: 0 } });
  });
});
