import { describe, expect, it } from 'vitest';
import { FlowLog } from '../src-main/engine/flow-log.ts';
import { createManualClock } from './fakes/manual-clock.ts';
import { createRecordingLogger } from './fakes/recording-logger.ts';

function listening() {
  const flows = new FlowLog(createManualClock());
  const inner = createRecordingLogger();
  return { flows, inner, logger: flows.listen(inner) };
}

describe('the log by what caused its lines', () => {
  it('tells the last flow of a server, with the lines that name no server, and passes all of them on', () => {
    const { flows, inner, logger } = listening();
    logger.info('refresh.started', { correlationId: 'r-1', server: 'linear', reason: 'due' });
    logger.info('oauth.exchange', { correlationId: 'r-1', method: 'POST', status: 200 });
    logger.info('server.connecting', { correlationId: 'c-2', server: 'github' });
    logger.warn('engine.slow');
    expect(flows.lastOf('linear')).toMatchObject({
      correlationId: 'r-1',
      lines: [
        { level: 'info', text: 'refresh.started reason=due' },
        { level: 'info', text: 'oauth.exchange method=POST status=200' },
      ],
    });
    expect(flows.lastOf('github')?.correlationId).toBe('c-2');
    expect(flows.lastOf('notion')).toBeUndefined();
    expect(inner.lines).toHaveLength(4);
    flows.forget('linear');
    expect(flows.lastOf('linear')).toBeUndefined();
  });

  it('42 shows nothing that looks like a secret, whoever put it into a line', () => {
    const { flows, logger } = listening();
    const detail = 'the server said {"access_token":"s3cret-s3cret"} to Bearer abc.def.ghi';
    logger.warn('oauth.refused', { correlationId: 'f-1', server: 'linear', detail });
    expect(JSON.stringify(flows.lastOf('linear'))).not.toMatch(/s3cret|abc\.def/);
  });

  it('keeps no more than sixty lines of a flow, and no more than the last flows', () => {
    const { flows, logger } = listening();
    for (let line = 0; line < 100; line += 1) {
      logger.info(`line ${line} ${'x'.repeat(1000)}`, { correlationId: 'long', server: 'linear' });
    }
    const { lines = [] } = flows.lastOf('linear') ?? {};
    expect(lines).toHaveLength(60);
    expect(lines[0]?.text.startsWith('line 40 ')).toBe(true);
    expect(lines.every(({ text }) => text.length <= 300)).toBe(true);
    for (let flow = 0; flow < 200; flow += 1)
      logger.info('x', { correlationId: `f-${flow}`, server: `server-${flow}` });
    expect(flows.lastOf('linear')).toBeUndefined();
    expect(flows.lastOf('server-199')).toBeDefined();
  });
});
