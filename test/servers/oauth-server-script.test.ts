import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { afterEach, describe, expect, it } from 'vitest';
import { parseOauthServerOptions } from '../../scripts/oauth-server-options.ts';
import { plainClient } from './plain-client.ts';

const children: ChildProcess[] = [];

function run(...args: string[]) {
  const child = spawn(process.execPath, ['--import', 'tsx', 'scripts/oauth-server.ts', ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  children.push(child);
  return child;
}

afterEach(async () => {
  for (const child of children.splice(0)) {
    if (child.exitCode !== null) continue;
    child.kill('SIGKILL');
    await once(child, 'exit');
  }
});

describe('npm run oauth-server', () => {
  it('says where it is, takes orders from another process, and ends at SIGTERM', async () => {
    const child = run('--port', '0', '--access-token-ttl', '30s', '--upstream', 'sdk', '--json');
    const [line] = (await once(createInterface(child.stdout), 'line')) as [string];
    const ready = JSON.parse(line) as Record<'event' | 'issuer' | 'mcpUrl' | 'controlUrl', string>;
    expect(ready.event).toBe('ready');
    const client = await plainClient(ready.issuer);
    const tokens = await client.login({ resource: ready.mcpUrl });
    expect(tokens.json.expires_in).toBe(30);

    const order = (value: unknown, type = 'application/json') =>
      fetch(ready.controlUrl, { method: 'POST', headers: { 'content-type': type }, body: JSON.stringify(value) });
    const refusal = { verb: 'refuseRefresh', args: ['invalid_grant', { times: 1 }] };
    expect((await order(refusal, 'text/plain')).status).toBe(400);
    expect(await (await order(refusal)).json()).toEqual({ ok: true, value: null });
    expect((await client.refresh(tokens.refreshToken)).json.error).toBe('invalid_grant');
    expect(await (await order({ verb: 'sing' })).json()).toMatchObject({
      ok: false,
      error: expect.stringContaining('No verb sing. There are: '),
    });
    await order({ target: 'mcp', verb: 'answerWith', args: [{ status: 418, times: 1 }] });
    expect((await fetch(ready.mcpUrl, { method: 'POST' })).status).toBe(418);
    expect(await (await fetch(`${ready.controlUrl}/counts`)).json()).toMatchObject({
      authorization: { authorizations: 1, codeExchanges: 1, refreshes: 0, refreshAttempts: 1 },
      mcp: { requests: 1 },
    });
    child.kill('SIGTERM');
    expect(await once(child, 'exit')).toEqual([0, null]);
  });

  it('answers bad input with a sentence and exit code 2', async () => {
    const child = run('--access-token-ttl', 'soon');
    let said = '';
    child.stderr.on('data', (chunk) => {
      said += String(chunk);
    });
    expect(await once(child, 'close')).toEqual([2, null]);
    expect(said).toContain('--access-token-ttl takes a time such as 30s, 5m, 1h or 7d, not "soon".');
  });

  it.each([
    [['--port', '70000'], '--port takes a whole number from 0 to 65535, not "70000".'],
    [['--detection', 'smell'], '--detection takes one of both, discovery, www-authenticate, none, not "smell".'],
    [['--refresh-token-ttl', '0s'], '--refresh-token-ttl takes at least 1s.'],
    [['--token-error', 'Not a code'], '--token-error takes an OAuth error code such as invalid_grant'],
    [['--sing'], '--sing'],
  ])('understands %j not', (args, sentence) => {
    expect(() => parseOauthServerOptions(args)).toThrow(sentence);
  });

  it('understands every option of its usage', () => {
    const args = [
      '--port 9001 --mcp-port 9002 --control-port 9003 --access-token-ttl 30s --refresh-token-ttl 7d',
      '--detection discovery --upstream modern --require-pkce --require-resource --no-refresh-token',
      '--no-registration --no-expires-in --token-error invalid_grant --auth-error access_denied --fail-token 2',
      '--grace 10s --slow 50 --json',
    ];
    expect(parseOauthServerOptions(args.join(' ').split(' '))).toEqual({
      help: false,
      json: true,
      port: 9001,
      mcpPort: 9002,
      controlPort: 9003,
      accessTokenTtlS: 30,
      refreshTokenTtlS: 604_800,
      detection: 'discovery',
      upstream: 'modern',
      requirePkce: true,
      requireResource: true,
      refreshTokens: false,
      registration: false,
      expiresIn: false,
      tokenError: 'invalid_grant',
      authError: 'access_denied',
      failTokenTimes: 2,
      graceS: 10,
      slowMs: 50,
    });
  });
});
