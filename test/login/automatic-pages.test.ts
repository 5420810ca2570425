import { expect, it } from 'vitest';
import { AutomaticPages, type AutomaticPagesFile } from '../../src-main/engine/login/automatic-pages.ts';
import { ok } from '../../src-main/engine/model/result.ts';
import type { ServerConfig } from '../../src-main/engine/model/server-config.ts';
import { createManualClock } from '../fakes/manual-clock.ts';
import { createRecordingLogger } from '../fakes/recording-logger.ts';

const server = (name: string): ServerConfig => ({
  name,
  url: 'https://mcp.example/mcp',
  enabled: true,
  headers: {},
  pkce: 'required',
  openBrowser: 'when-needed',
});

it('O3 remembers a page on disk for as long as it holds back another, and no longer', async () => {
  const clock = createManualClock();
  let value: AutomaticPagesFile = {};
  const pages = new AutomaticPages({
    automaticPagesFile: {
      get value() {
        return value;
      },
      save: async (next) => {
        value = next;
        return ok(undefined);
      },
    },
    presence: { idleMs: () => undefined },
    clock,
    logger: createRecordingLogger(),
  });
  expect(pages.take(server('one'))).toBeUndefined();
  await clock.advance('4 min');
  expect(pages.take(server('two'))).toBeUndefined();
  expect(Object.keys(value)).toEqual(['one', 'two']);
  await clock.advance('1 min');
  expect(pages.take(server('three'))).toBeUndefined();
  expect(Object.keys(value)).toEqual(['two', 'three']);
});
