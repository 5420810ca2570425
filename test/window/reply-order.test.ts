import { beforeEach, expect, it } from 'vitest';
import type { ServerRow } from '../../src-preload/contract.ts';
import { useWindow } from '../../src-renderer/store.ts';

const row = (kind: 'connecting' | 'login-needed') => ({ name: 'main', state: { kind } }) as ServerRow;
const shown = () => useWindow.getState().rows.main?.state.kind;

beforeEach(() => useWindow.setState({ rows: {}, order: [], notes: {} }));

it('37 an answer that was overtaken by what came after it does not bring the old word back', () => {
  const { rows, showRow, showReply } = useWindow.getState();
  showRow(row('login-needed'));
  showReply(row('connecting'), rows.main);
  expect(shown()).toBe('login-needed');
});

it('37 an answer that nothing overtook is shown at once', () => {
  const { rows, showReply } = useWindow.getState();
  showReply(row('connecting'), rows.main);
  expect(shown()).toBe('connecting');
});
