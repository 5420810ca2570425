import { AsyncLocalStorage } from 'node:async_hooks';
import type { CorrelationId } from './model/ids.ts';
import type { LogFields, Logger } from './ports.ts';

const storage = new AsyncLocalStorage<CorrelationId>();

/** Runs `work`; every log line that it causes, however late, carries the id. */
export function withCorrelation<T>(id: CorrelationId, work: () => T): T {
  return storage.run(id, work);
}

export function currentCorrelation(): CorrelationId | undefined {
  return storage.getStore();
}

/** A logger whose lines carry the current correlation id, unless a line names one itself. */
export function correlatedLogger(logger: Logger): Logger {
  const fill = (fields: LogFields | undefined): LogFields | undefined => {
    const correlationId = storage.getStore();
    return correlationId === undefined ? fields : { correlationId, ...fields };
  };
  return {
    debug: (event, fields) => logger.debug(event, fill(fields)),
    info: (event, fields) => logger.info(event, fill(fields)),
    warn: (event, fields) => logger.warn(event, fill(fields)),
    error: (event, fields) => logger.error(event, fill(fields)),
  };
}
