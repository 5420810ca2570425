import { type AuthorizationServer, startAuthorizationServer } from '../test/servers/authorization-server.ts';
import { startControlEndpoint } from '../test/servers/control-endpoint.ts';
import { startGuardedMcpServer } from '../test/servers/guarded-mcp-server.ts';
import { TEST_PASSWORD, TEST_USER } from '../test/servers/login-page.ts';
import { type OauthServerOptions, parseOauthServerOptions, USAGE, UsageError } from './oauth-server-options.ts';

function inject(server: AuthorizationServer, options: OauthServerOptions): void {
  if (!options.registration) server.offerNoRegistration();
  if (!options.expiresIn) server.leaveOutExpiresIn();
  if (options.tokenError !== undefined) server.refuseTokens(options.tokenError);
  if (options.authError !== undefined) server.refuseAuthorization(options.authError);
  if (options.failTokenTimes > 0) server.failTokenEndpoint({ status: 503, times: options.failTokenTimes });
}

async function run(options: OauthServerOptions): Promise<void> {
  const authorizationServer = await startAuthorizationServer({
    port: options.port,
    behaviour: {
      requirePkce: options.requirePkce,
      requireResource: options.requireResource,
      issueRefreshTokens: options.refreshTokens,
      reuseGraceMs: options.graceS * 1000,
      delayMs: options.slowMs,
      ...(options.accessTokenTtlS === undefined ? {} : { accessTokenTtlS: options.accessTokenTtlS }),
      ...(options.refreshTokenTtlS === undefined ? {} : { refreshTokenTtlS: options.refreshTokenTtlS }),
    },
  });
  inject(authorizationServer, options);
  const { detection, upstream, mcpPort: port } = options;
  const mcp = await startGuardedMcpServer({ authorizationServer, upstream, detection, port });
  const control = await startControlEndpoint(authorizationServer, mcp, options.controlPort);

  const { issuer } = authorizationServer;
  if (options.json) {
    const who = { user: TEST_USER, password: TEST_PASSWORD, pid: process.pid };
    console.log(JSON.stringify({ event: 'ready', issuer, mcpUrl: mcp.url, controlUrl: control.url, ...who }));
  } else {
    console.log(`Authorization server  ${issuer}`);
    console.log(`MCP server            ${mcp.url}`);
    console.log(`Control               ${control.url}  (POST {"verb","args"}; GET ${control.url}/counts)`);
    console.log(`Sign in as            ${TEST_USER} / ${TEST_PASSWORD}`);
    console.log('Ctrl+C ends it.');
  }
  const end = (): void => {
    void Promise.all([control.close(), mcp.close(), authorizationServer.close()]).then(() => process.exit(0));
  };
  process.once('SIGINT', end);
  process.once('SIGTERM', end);
}

try {
  const options = parseOauthServerOptions(process.argv.slice(2));
  if (options.help) process.stdout.write(USAGE);
  else await run(options);
} catch (error) {
  if (error instanceof UsageError) {
    process.stderr.write(`${error.message}\nSee: npm run oauth-server -- --help\n`);
    process.exit(2);
  }
  const busy = error instanceof Error && 'code' in error && error.code === 'EADDRINUSE';
  process.stderr.write(busy ? `A port is taken: ${error.message}\n` : `${String(error)}\n`);
  process.exit(1);
}
