import { describe, expect, test } from 'vitest';
import { portChoice, portQuestion } from '../../src-main/shell/port-choice.ts';

describe('5 the app asks what to do where its port is taken', () => {
  test('5 it names the holder, and what another port means', () => {
    const question = portQuestion({ code: 'port-busy', port: 7717, holder: 'node (process 4711)' });
    expect(question.message).toContain('Port 7717 is taken by node (process 4711).');
    expect(question.detail).toContain('your tools have to be told the new address');
    expect(question.buttons).toEqual(['Use another port', 'Quit']);
  });

  test('5 nothing changes without a choice: Return, Escape and a closed dialog quit', () => {
    const { buttons, defaultId, cancelId } = portQuestion({ code: 'port-busy', port: 7717 });
    expect([buttons[defaultId], buttons[cancelId]]).toEqual(['Quit', 'Quit']);
    expect([0, 1, -1, 7].map(portChoice)).toEqual(['other-port', 'quit', 'quit', 'quit']);
  });
});
