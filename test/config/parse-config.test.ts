import { describe, expect, it } from 'vitest';
import { type ParsedConfig, parseConfig } from '../../src-main/engine/config/parse-config.ts';
import { sentenceFor } from '../../src-main/engine/model/words.ts';

function parse(text: string, env: Record<string, string> = {}) {
  return parseConfig(text, 'config.json', env);
}

function good(text: string, env: Record<string, string> = {}): ParsedConfig {
  const result = parse(text, env);
  if (!result.ok) throw new Error(sentenceFor(result.problem));
  return result.value;
}

function sentence(text: string, env: Record<string, string> = {}): string {
  const result = parse(text, env);
  return result.ok ? 'no mistake' : sentenceFor(result.problem);
}

/** One server with these members, a line each; "url" is on line 4 unless given. */
function server(members: string): string {
  return `{\n  "mcpServers": {\n    "notion": {\n      "url": "https://mcp.notion.com/mcp"${members === '' ? '' : `,\n      ${members}`}\n    }\n  }\n}\n`;
}

describe('a configuration', () => {
  it('D9 has switches for what big providers do differently', () => {
    const switches = `"resource": false, "issuer": "https://login.example.com/{tenantid}/v2.0", "authorizationParams": { "access_type": "offline", "hd": "\${DOMAIN}" }`;
    expect(good(server(switches), { DOMAIN: 'example.com' }).config.servers[0]).toMatchObject({
      resource: false,
      issuer: 'https://login.example.com/{tenantid}/v2.0',
      authorizationParams: { access_type: 'offline', hd: 'example.com' },
    });
    expect(good(server('"resource": "api://1234"')).config.servers[0]).toMatchObject({ resource: 'api://1234' });
  });

  it('45 has what happens to changed tools, for all servers and for one, programs too', () => {
    const { config, warnings } = good(
      '{ "pinTools": "warn", "mcpServers": { "a": { "url": "https://a.example", "pinTools": "hold" }, "b": { "command": "x", "pinTools": "off" }, "c": { "command": "x" } } }',
    );
    expect(warnings).toEqual([]);
    expect(config.pinning.all).toBe('warn');
    expect([...config.pinning.each]).toEqual([
      ['a', 'hold'],
      ['b', 'off'],
    ]);
    expect(sentence(server('"pinTools": "yes"'))).toContain('line 5, "mcpServers.notion.pinTools"');
  });

  it('has groups of servers; one that names no server is told, with what may have been meant', () => {
    const { config, warnings } = good(
      '{\n  "mcpServers": { "notes": { "url": "https://a.example/mcp" } },\n  "groups": {\n    "work": ["notes",\n      "nots"],\n    "none": []\n  }\n}',
    );
    expect([...config.groups]).toEqual([
      ['work', ['notes', 'nots']],
      ['none', []],
    ]);
    expect(warnings).toEqual([
      { line: 5, key: 'groups.work.1', detail: 'there is no server of this name. Did you mean "notes"?' },
    ]);
  });

  it.each([
    ['"groups": {\n  "a b": [] }', 'config.json, line 3, "groups.a b": The name of a group has'],
    ['"groups": {\n  "a": "notes" }', 'config.json, line 3, "groups.a": '],
    ['"groups": {\n  "a": ["x",\n 3] }', 'config.json, line 4, "groups.a.1": '],
    ['"groups": {\n  "a": [""] }', 'config.json, line 3, "groups.a.0": it is empty.'],
  ])('a mistake in groups is named with its line: %s', (groups, said) => {
    expect(sentence(`{\n${groups}\n}`)).toContain(said);
  });

  it('has the shape that people know from their other tools, plus our settings', () => {
    const { config, serverProblems, warnings } = good(
      `{
      "port": 7800, "openBrowser": "when-needed",
      "mcpServers": {
        "notion": { "type": "http", "url": "https://mcp.notion.com/mcp#part" },
        "github": { "url": "https://api.example.com/mcp/", "headers": { "Authorization": "Bearer \${TOKEN}" }, "disabled": true },
        "local": { "url": "http://127.0.0.1:9000/mcp", "enabled": false, "clientId": "me", "clientSecret": "\${SECRET}",
          "scopes": ["a", "b"], "authorizationServer": "https://login.example.com", "pkce": "off", "openBrowser": "ask" }
      }
    }`,
      { TOKEN: 'abc', SECRET: 'hush' },
    );
    expect({ serverProblems, warnings }).toEqual({ serverProblems: [], warnings: [] });
    expect(config.port).toBe(7800);
    expect(config.servers).toMatchObject([
      {
        name: 'notion',
        url: 'https://mcp.notion.com/mcp',
        enabled: true,
        headers: {},
        pkce: 'required',
        openBrowser: 'when-needed',
      },
      { name: 'github', url: 'https://api.example.com/mcp/', enabled: false, headers: { Authorization: 'Bearer abc' } },
      {
        name: 'local',
        enabled: false,
        scopes: ['a', 'b'],
        authorizationServer: 'https://login.example.com',
        pkce: 'off',
        openBrowser: 'ask',
      },
    ]);
    expect(config.servers[2]?.client?.clientSecret?.reveal()).toBe('hush');
    expect(config.servers[0]).not.toHaveProperty('client');
  });

  it('may be empty braces, may begin with a byte order mark, and keeps the order of the file even for number names', () => {
    expect(good('{}').config).toEqual({
      servers: [],
      programs: [],
      groups: new Map(),
      pinning: { all: 'off', each: new Map() },
      openBrowser: 'ask',
      port: 7717,
      tools: { prefix: 'always', separator: '__', longestName: 64, searchAbove: 128 },
    });
    const text = '\u{FEFF}{"mcpServers":{"b":{"url":"https://b.example"},"1":{"url":"https://a.example"}}}';
    expect(good(text).config.servers.map(({ name }) => name)).toEqual(['b', '1']);
  });

  it('takes the default of a variable where the variable is unset or empty', () => {
    const text = server('"headers": { "x-team": "${TEAM:-red}", "x-b": "${EMPTY:-}", "x-c": "$HOME {x} ${}" }');
    expect(good(text).config.servers[0]?.headers).toEqual({ 'x-team': 'red', 'x-b': '', 'x-c': '$HOME {x} ${}' });
    expect(good(text, { TEAM: 'blue' }).config.servers[0]?.headers['x-team']).toBe('blue');
    expect(good(text, { TEAM: '' }).config.servers[0]?.headers['x-team']).toBe('red');
  });
});

describe('a mistake is one sentence with line and key', () => {
  it.each([
    ['', 'line 1: the file is empty.'],
    ['{\n  // mine\n}', 'line 2: JSON has no comments.'],
    ['{\n  "port": 1,\n}', 'line 2: there is a comma too many before "}".'],
    ['{\n  "port": 1\n  "openBrowser": "ask"\n}', 'line 3: a comma or "}" is missing before this.'],
    ['{\n  "port" 1\n}', 'line 2: a colon is missing after the key "port".'],
    ['{\n  port: 1\n}', 'line 2: a key in double quotes is expected here.'],
    ['{\n  "port": 1,\n  "port": 2\n}', 'line 3: the key "port" is there twice.'],
    ['{\n  "port": \n}', 'line 3: a value is expected here.'],
    ['{\n  "a": "b\n}', 'line 2: the text that begins here is not closed, or has a wrong escape.'],
    ['{\n  "mcpServers": {\n', 'the file ends before its last value'],
    ['{} {}', 'line 1: there is more after the end of the value.'],
    ['[]', 'line 1, "": it has to be an object.'],
  ])('in the JSON itself: %j', (text, expected) => {
    const told = sentence(text);
    if (expected.startsWith('line')) expect(told).toBe(`config.json, ${expected.replace(', ""', '')}`);
    else expect(told).toMatch(/^config\.json, line 3: /);
  });

  it.each([
    ['"url2": 1, "enabled": "yes"', 'line 5, "mcpServers.notion.enabled": it has to be true or false.'],
    ['"resource": true', 'line 5, "mcpServers.notion.resource": write false to send none, or the address to send.'],
    ['"resource": ""', 'line 5, "mcpServers.notion.resource": it is empty.'],
    ['"resource": "notion"', 'line 5, "mcpServers.notion.resource": this is not a full address.'],
    [
      '"resource": "https://a/#b"',
      'line 5, "mcpServers.notion.resource": it has a fragment (#), which a resource cannot have.',
    ],
    ...['state', 'redirect_uri', 'Resource', 'code_challenge_method', 'client_id', 'scope', 'request_uri'].map(
      (name): [string, string] => [
        `"authorizationParams": {\n"${name}": "x" }`,
        `line 6, "mcpServers.notion.authorizationParams.${name}": Gatehouse sets this parameter itself.`,
      ],
    ),
    [
      '"clientMetadataUrl": "https://example.com"',
      'line 5, "mcpServers.notion.clientMetadataUrl": the address has to name a document, such as https://example.com/gatehouse.json.',
    ],
    [
      '"clientMetadataUrl": "http://example.com/g.json"',
      'line 5, "mcpServers.notion.clientMetadataUrl": the address has to begin with https://.',
    ],
    [
      '"clientMetadataUrl": "https://example.com/g.json#a"',
      'line 5, "mcpServers.notion.clientMetadataUrl": the address may not contain a fragment (#).',
    ],
    ['"pkce": "never"', 'line 5, "mcpServers.notion.pkce": it has to be one of "required", "off".'],
    ['"scopes": [\n"a",\n7]', 'line 7, "mcpServers.notion.scopes.1": it has to be a text.'],
    [
      '"enabled": true,\n"disabled": true',
      'line 6, "mcpServers.notion.disabled": it contradicts "enabled". Keep one of the two.',
    ],
    ['"clientSecret": "${S}"', 'line 5, "mcpServers.notion.clientSecret": it needs a "clientId" beside it.'],
    ['"headers": {\n"Host": "x" }', 'line 6, "mcpServers.notion.headers.Host": Gatehouse sets this header itself.'],
    [
      '"headers": {\n"a b": "x" }',
      'line 6, "mcpServers.notion.headers.a b": this is not a name that a header can have.',
    ],
    [
      '"headers": {\n"a": "x\\ny" }',
      'line 6, "mcpServers.notion.headers.a": its value has characters that a header cannot have.',
    ],
    [
      '"authorizationServer": "http://login.example.com"',
      'line 5, "mcpServers.notion.authorizationServer": the address has to begin with https://. Plain http:// is for this machine.',
    ],
  ])('in an entry: %j', (members, expected) => {
    expect(sentence(server(members))).toBe(`config.json, ${expected}`);
  });

  it.each([
    [
      'http://mcp.example.com/',
      'the address has to begin with https://. Plain http:// is for this machine and private networks.',
    ],
    [
      'ftp://127.0.0.1/',
      'the address has to begin with https://. Plain http:// is for this machine and private networks.',
    ],
    [
      'https://me:word@mcp.example.com/',
      'an address may not contain a user name or password. Put the credential into "headers".',
    ],
    ['mcp.example.com', 'this is not a full address, such as https://mcp.example.com/mcp.'],
  ])('in an address: %s', (url, expected) => {
    expect(sentence(`{"mcpServers":{"a":{\n"url":"${url}"}}}`)).toBe(
      `config.json, line 2, "mcpServers.a.url": ${expected}`,
    );
  });

  it.each([
    'http://localhost:1/',
    'http://127.9.9.9/',
    'http://[::1]:1/',
    'http://10.0.0.1/',
    'http://172.31.0.1/',
    'http://[fd12::1]/',
    'http://nas/',
    'http://nas.local/mcp',
  ])('but plain http is right for %s', (url) => {
    expect(good(`{"mcpServers":{"a":{"url":"${url}"}}}`).config.servers).toHaveLength(1);
  });

  it('in a name, in a port, and where the address is missing', () => {
    expect(sentence('{"mcpServers":{\n"my server":{"url":"https://a.example"}}}')).toMatch(
      /^config\.json, line 2, "mcpServers\.my server": A name has 1 to 64/,
    );
    expect(sentence('{"mcpServers":{\n"__proto__":{"url":"https://a.example"}}}')).toMatch(
      /line 2, "mcpServers\.__proto__"/,
    );
    expect(sentence('{\n"port": 70000}')).toBe('config.json, line 2, "port": a port is at most 65535.');
    expect(sentence('{"toolSeparator": "."}')).toBe(
      'config.json, line 1, "toolSeparator": write 1 to 8 letters, digits, "_" or "-": models take nothing else in the name of a tool.',
    );
    expect(sentence('{"toolNameLength": 20}')).toBe(
      'config.json, line 1, "toolNameLength": below 32 characters names say too little.',
    );
    expect(sentence('{"mcpServers":{\n"a":{}}}')).toBe('config.json, line 2, "mcpServers.a.url": it is missing.');
  });

  it('never quotes a value, for it may be a secret', () => {
    for (const members of [
      '"clientId": "me", "clientSecret": "hunter2"',
      '"headers": { "Authorization": "Bearer hunter2\\n" }',
      '"x": hunter2',
      '"pkce": "hunter2"',
    ]) {
      expect(sentence(server(members))).not.toContain('hunter2');
    }
  });

  it('sends a literal client secret to where secrets belong', () => {
    const told = sentence(server('"clientId": "me", "clientSecret": "hunter2"'));
    expect(told).toContain('--client-secret-stdin');
    expect(told).toContain('${NAME}');
  });
});

describe('a server that is a program', () => {
  const entry = (text: string): string => `{ "mcpServers": { "files": ${text} } }`;

  it('has its command, arguments, variables and folder, with the environment put in and not shown', () => {
    const text = entry(`{ "type": "stdio", "command": "~/bin/files", "args": ["--root", "\${ROOT}", "a b"],
      "env": { "TOKEN": "\${TOKEN}" }, "cwd": "~/work" }`);
    const [program] = good(text, { HOME: '/home/ada', ROOT: '/srv', TOKEN: 'hush' }).config.programs;
    expect(program).toMatchObject({
      name: 'files',
      enabled: true,
      command: '/home/ada/bin/files',
      args: ['--root', '/srv', 'a b'],
      cwd: '/home/ada/work',
      shown: '~/bin/files --root ${ROOT} "a b"',
    });
    expect(program?.env.TOKEN?.reveal()).toBe('hush');
    expect(JSON.stringify(program)).not.toContain('hush');
  });

  it.each([
    ['{ "command": "" }', 'it is empty.'],
    ['{ "type": "stdio" }', '"mcpServers.files.command"'],
    ['{ "command": "x", "url": "https://a.example/mcp" }', 'a server has a "command" or a "url". Keep one of the two.'],
    ['{ "command": "x", "cwd": "work" }', 'write the whole path of the folder, or one that begins with ~/.'],
    ['{ "command": "x", "env": { "A=B": "c" } }', 'this is not a name that a variable can have.'],
  ])('%s is a mistake', (text, told) => {
    expect(sentence(entry(text))).toContain(told);
  });

  it('is warned about a key that has no effect on it', () => {
    expect(good(entry('{ "command": "x", "scopes": ["a"] }')).warnings).toMatchObject([
      { key: 'mcpServers.files.scopes' },
    ]);
  });
});

describe('a server that is right but cannot be used', () => {
  it('holds up itself alone: with a variable that is not set', () => {
    const { config, serverProblems } = good(`{ "mcpServers": {
      "files": { "command": "npx", "args": ["x"], "env": { "A": "\${FILES_KEY}" } },
      "team": { "url": "https://team.example/mcp",
        "headers": { "x-key": "\${TEAM_KEY}" } },
      "notion": { "url": "https://mcp.notion.com/mcp" }
    } }`);
    expect(config.servers.map(({ name }) => name)).toEqual(['notion']);
    expect(serverProblems.map(({ name, problem }) => `${name}: ${problem.code}`)).toEqual([
      'files: config-invalid',
      'team: config-invalid',
    ]);
    expect(serverProblems[1] && sentenceFor(serverProblems[1].problem)).toBe(
      'config.json, line 4, "mcpServers.team.headers.x-key": the environment variable TEAM_KEY is not set.',
    );
  });
});

describe('a key that is not known', () => {
  it('is warned about with its line and what was probably meant, and is no mistake', () => {
    const { warnings, config } = good(
      server('"clientID": "me",\n"headres": {},\n"something-else": 1').replace(
        '{\n',
        '{\n"servers": {}, "$schema": "x",\n',
      ),
    );
    expect(config.servers).toHaveLength(1);
    expect(warnings.map(({ line, key, detail }) => `${line} ${key}: ${detail}`)).toEqual([
      '2 servers: this key is not known and has no effect. Did you mean "mcpServers"?',
      '6 mcpServers.notion.clientID: this key is not known and has no effect. Did you mean "clientId"?',
      '7 mcpServers.notion.headres: this key is not known and has no effect. Did you mean "headers"?',
      '8 mcpServers.notion.something-else: this key is not known and has no effect.',
    ]);
  });
});
