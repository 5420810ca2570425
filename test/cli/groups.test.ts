import { describe, expect, test } from 'vitest';
import { fail, ok } from '../../src-main/engine/model/result.ts';
import { run } from './scripted-run.ts';

const work = { name: 'work', servers: ['notes', 'tickets'], endpoint: 'http://127.0.0.1:7717/mcp/g/work' };

describe('groups, from the command line', () => {
  test('add says the servers and the address', async () => {
    const { exitCode, stdout } = await run(['groups', 'add', 'work', 'notes', 'tickets'], {
      setGroup: async ({ name, servers }) => ok({ ...work, name, servers }),
    });
    expect(exitCode).toBe(0);
    expect(stdout).toBe('"work" is notes, tickets.\nCallers reach it at http://127.0.0.1:7717/mcp/g/work\n');
  });

  test('list has a line for each', async () => {
    const { stdout } = await run(['groups', 'list'], { listGroups: async () => ok([work]) });
    expect(stdout).toBe('work  http://127.0.0.1:7717/mcp/g/work  notes, tickets\n');
    const { json } = await run(['groups', 'list', '--json'], { listGroups: async () => ok([work]) });
    expect(json()).toEqual([work]);
    const none = await run(['groups', 'list'], { listGroups: async () => ok([]) });
    expect(none.stdout).toContain('There is no group yet.');
  });

  test('remove ends with 4 for an unknown one and lists the right ones', async () => {
    const { exitCode, stderr } = await run(['groups', 'remove', 'wrok'], {
      removeGroup: async ({ name }) => fail({ code: 'unknown-group', group: name, known: ['work'] }),
    });
    expect({ exitCode, stderr }).toEqual({ exitCode: 4, stderr: 'There is no group of that name. There are: work.\n' });
  });
});
