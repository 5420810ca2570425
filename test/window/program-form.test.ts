import { describe, expect, it } from 'vitest';
import type { ProgramSettings } from '../../src-preload/contract.ts';
import { errorsFrom } from '../../src-renderer/servers/edit-form.ts';
import { errorsIn, fieldsFrom, inputFrom, spelledOutIn } from '../../src-renderer/servers/edit-program-form.ts';

const settings: ProgramSettings = {
  command: 'npx',
  args: ['-y', 'my files', 'C:\\notes'],
  env: { API_KEY: null, TOKEN: 'OURS', HOME_URL: 'HOME_URL' },
};
const fields = fieldsFrom(settings);
const none = new Set<string>();

describe('the form of a server that is a program', () => {
  it('begins with its command on one line, and with the names of its variables alone', () => {
    expect(fields).toEqual({ command: "npx -y 'my files' C:\\notes", cwd: '', variables: 'TOKEN=OURS HOME_URL' });
    expect(spelledOutIn(settings)).toEqual(['API_KEY']);
  });

  it.each([
    ['nothing where nothing was changed', {}, {}],
    ['the arguments', { command: 'npx other' }, { args: ['other'] }],
    [
      'the command, without arguments',
      { command: '"C:\\My Tools\\a.exe"' },
      { command: 'C:\\My Tools\\a.exe', args: null },
    ],
    ['the folder', { cwd: ' ~/notes ' }, { cwd: '~/notes' }],
    [
      'variables by name, those that go included',
      { variables: 'TOKEN=MINE' },
      { env: { TOKEN: 'MINE', HOME_URL: null } },
    ],
    ['a name in the place of a value', { variables: 'TOKEN=OURS HOME_URL API_KEY' }, { env: { API_KEY: 'API_KEY' } }],
  ])('sends %s', (_what, changed, input) => {
    expect(inputFrom('files', settings, { ...fields, ...changed }, none)).toEqual({ name: 'files', ...input });
  });

  it('takes out a variable with a spelled-out value whose tick is gone, and the folder that is emptied', () => {
    expect(inputFrom('files', { ...settings, cwd: '/' }, fields, new Set(['API_KEY']))).toEqual({
      name: 'files',
      cwd: null,
      env: { API_KEY: null },
    });
  });

  it.each([
    [{ command: ' ' }, { command: 'A server that is a program needs its command.' }],
    [{ command: 'npx "my' }, { command: 'A quotation mark is not closed.' }],
    [{ command: 'https://a.example/mcp' }, { command: expect.stringContaining('An address is added') }],
    [{ variables: 'KEY=sk-123' }, { variables: expect.stringContaining('Only names of variables') }],
    [{ command: 'server.exe --x' }, {}],
  ])('%j is answered at its field', (changed, errors) => {
    expect(errorsIn({ ...fields, ...changed })).toEqual(errors);
  });

  it.each([
    ['args', 'command'],
    ['command', 'command'],
    ['cwd', 'cwd'],
    ['env', 'variables'],
    ['clientId', 'clientId'],
    ['pinTools', 'form'],
  ])('shows what the engine refuses of %s at %s', (field, at) => {
    expect(errorsFrom({ code: 'invalid-input', field, detail: 'no.' })).toEqual({ [at]: 'No.' });
  });
});
