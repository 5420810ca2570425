import { setImmediate as tick } from 'node:timers/promises';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { correlatedLogger, currentCorrelation, withCorrelation } from '../src-main/engine/correlation.ts';
import { createRecordingLogger } from './fakes/recording-logger.ts';

describe('correlation', () => {
  it('is there in whatever the edge caused, however late, and nowhere else', async () => {
    expect(currentCorrelation()).toBeUndefined();
    const seen = await withCorrelation('q-1', async () => {
      const atOnce = currentCorrelation();
      await tick();
      return [atOnce, currentCorrelation(), await Promise.resolve().then(() => currentCorrelation())];
    });
    expect(seen).toEqual(['q-1', 'q-1', 'q-1']);
    expect(currentCorrelation()).toBeUndefined();
  });

  it('gives back what the work gives, a throw included', () => {
    expect(withCorrelation('a', () => 7)).toBe(7);
    expect(() =>
      withCorrelation('a', () => {
        throw new Error('bug');
      }),
    ).toThrow('bug');
    expect(currentCorrelation()).toBeUndefined();
  });

  it('nests: the inner edge has its own, the outer one goes on with its own', () => {
    withCorrelation('outer', () => {
      withCorrelation('inner', () => expect(currentCorrelation()).toBe('inner'));
      expect(currentCorrelation()).toBe('outer');
    });
  });

  it('never leaks from one edge into another, in any interleaving', async () => {
    await fc.assert(
      fc.asyncProperty(fc.scheduler(), fc.integer({ min: 2, max: 8 }), async (scheduler, edges) => {
        const step = scheduler.scheduleFunction(async () => undefined);
        const logger = createRecordingLogger();
        const log = correlatedLogger(logger);
        const work = Array.from({ length: edges }, (_, edge) =>
          withCorrelation(`e-${edge}`, async () => {
            for (let line = 0; line < 3; line += 1) {
              await step();
              log.info('line', { server: `e-${edge}` });
            }
          }),
        );
        await scheduler.waitFor(Promise.all(work));
        expect(logger.lines).toHaveLength(edges * 3);
        for (const { fields } of logger.lines) expect(fields.correlationId).toBe(fields.server);
      }),
      { numRuns: 50 },
    );
  });

  it.each(['debug', 'info', 'warn', 'error'] as const)(
    'puts the id on %s lines, unless the line names one itself',
    (level) => {
      const logger = createRecordingLogger();
      const log = correlatedLogger(logger);
      log[level]('outside');
      withCorrelation('c-1', () => {
        log[level]('plain');
        log[level]('with fields', { server: 'linear' });
        log[level]('of another', { correlationId: 'f-2' });
      });
      expect(logger.lines).toEqual([
        { level, event: 'outside', fields: {} },
        { level, event: 'plain', fields: { correlationId: 'c-1' } },
        { level, event: 'with fields', fields: { correlationId: 'c-1', server: 'linear' } },
        { level, event: 'of another', fields: { correlationId: 'f-2' } },
      ]);
    },
  );
});
