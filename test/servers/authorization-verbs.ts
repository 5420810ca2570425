import { DEVICE_GRANT } from '../../src-main/engine/model/client-metadata.ts';
import type { Endpoint, Failure, GrantType, MetadataPlace, Switches } from './switches.ts';
import { goodBehaviour } from './switches.ts';
import { times } from './times.ts';
import type { TokenStorage } from './token-storage.ts';

export interface RefusalOptions {
  /** How often; without it until `behave()`. */
  times?: number;
  /** Default 400. */
  status?: number;
  description?: string;
}

export interface FailureOptions {
  status: number;
  /** How often; without it until `behave()`. */
  times?: number;
  /** Sent as `Retry-After`. */
  retryAfterS?: number;
  /** An HTML page instead of JSON, as gateways and captive portals send it. */
  html?: boolean;
  /** Default: an OAuth error `temporarily_unavailable`, or an HTML page. */
  body?: string;
}

/** The verbs that change how the authorization server behaves from the next request on. */
export interface Behaviour {
  /** Everything as it was at the start. What was issued stays as it is. */
  behave(): void;
  accessTokensLiveS(seconds: number): void;
  refreshTokensLiveS(seconds: number): void;
  issueAccessTokensAs(format: 'opaque' | 'jwt'): void;
  rotateRefreshTokens(on: boolean): void;
  /** A rotated refresh token is good for this long. 0, the default: its use ends the grant. */
  reuseGraceS(seconds: number): void;
  issueNoRefreshToken(): void;
  issueRefreshTokens(): void;
  requirePkce(on?: boolean): void;
  requireResource(on?: boolean): void;

  refuseRefresh(error: string, options?: RefusalOptions): void;
  refuseCodeExchange(error: string, options?: RefusalOptions): void;
  /** Refuses what the token endpoint is asked for, whatever the grant. */
  refuseTokens(error: string, options?: RefusalOptions): void;
  refuseRegistration(options?: RefusalOptions & { error?: string }): void;
  /** No `registration_endpoint` in the metadata, and 404 at its place. */
  offerNoRegistration(): void;
  offerDeviceSignIn(on?: boolean): void;
  /** Codes for other devices are good for this long. */
  deviceCodesLiveS(seconds: number): void;
  /** Device authorization answers get these members; null removes one. */
  changeDeviceAuthorization(change: Record<string, unknown>): void;
  /** What a device asks is answered so, whether the person has confirmed or not. */
  refuseDevicePoll(error: string, options?: RefusalOptions): void;
  /** The person does not get to see the page; the client gets this error at its redirect URI. */
  refuseAuthorization(error: string, options?: Omit<RefusalOptions, 'status'>): void;

  failTokenEndpoint(options: FailureOptions): void;
  failEndpoint(endpoint: Endpoint, options: FailureOptions): void;
  /** The refresh happens, the token rotates, the socket is destroyed. */
  loseNextRefreshAnswer(count?: number): void;
  loseNextCodeExchangeAnswer(count?: number): void;
  /** Requests to it arrive and wait. Those given up by the client meanwhile do nothing. */
  hangEndpoint(endpoint: Endpoint): void;
  resumeEndpoint(endpoint: Endpoint): void;
  hangTokenEndpoint(): void;
  resumeTokenEndpoint(): void;
  /** Every answer of this server comes this much later. 0: at once. */
  slowBy(ms: number): void;

  leaveOutExpiresIn(): void;
  expiresInAs(value: unknown): void;
  /** Successful token answers get this status and these members; null removes one. */
  answerTokenWith(change: { status?: number } & Record<string, unknown>): void;
  changeRegistration(change: Record<string, unknown>): void;
  changeMetadata(change: Record<string, unknown>): void;
  lieAboutIssuer(issuer: string): void;
  /** The metadata names endpoints at this origin, for example a cloud's metadata service or a router. */
  pointInward(origin?: string): void;
  /** Where the metadata is served; none given: nowhere. */
  metadataAt(...places: MetadataPlace[]): void;
  /** RFC 9207: another issuer in authorization answers. */
  sendWrongIss(iss?: string): void;
  sendNoIss(): void;

  endAccessTokens(): void;
  endRefreshTokens(): void;
  /** Ends every login: access and refresh tokens are worthless. */
  endGrants(): void;
  /** Every dynamic registration is forgotten: `invalid_client` from now on. */
  forgetClients(): void;
}

function failureFrom(options: FailureOptions): Failure {
  const html = options.html === true;
  const retryAfter = options.retryAfterS === undefined ? {} : { 'retry-after': String(options.retryAfterS) };
  const plain = html
    ? '<!DOCTYPE html><title>Error</title><h1>Something is broken</h1>'
    : JSON.stringify({ error: 'temporarily_unavailable' });
  return {
    status: options.status,
    headers: { 'content-type': html ? 'text/html; charset=utf-8' : 'application/json', ...retryAfter },
    body: options.body ?? plain,
    times: times(options.times),
  };
}

export function behaviour(switches: Switches, storage: TokenStorage, atTheStart: Partial<Switches>) {
  const gates = new Map<Endpoint, { opened: Promise<void>; open: () => void }>();
  const openGate = (endpoint: Endpoint): void => {
    gates.get(endpoint)?.open();
    gates.delete(endpoint);
  };
  const refuseGrant = (grantType: GrantType, error: string, options: RefusalOptions): void => {
    const description = options.description === undefined ? {} : { description: options.description };
    const refusal = { error, status: options.status ?? 400, times: times(options.times), ...description };
    switches.tokenRefusals.set(grantType, refusal);
  };

  const verbs: Behaviour = {
    behave: () => {
      Object.assign(switches, goodBehaviour(), atTheStart);
      for (const endpoint of [...gates.keys()]) openGate(endpoint);
    },
    accessTokensLiveS: (seconds) => {
      switches.accessTokenTtlS = seconds;
    },
    refreshTokensLiveS: (seconds) => {
      switches.refreshTokenTtlS = seconds;
    },
    issueAccessTokensAs: (format) => {
      switches.accessTokenFormat = format;
    },
    rotateRefreshTokens: (on) => {
      switches.rotateRefreshTokens = on;
    },
    reuseGraceS: (seconds) => {
      switches.reuseGraceMs = seconds * 1000;
    },
    issueNoRefreshToken: () => {
      switches.issueRefreshTokens = false;
    },
    issueRefreshTokens: () => {
      switches.issueRefreshTokens = true;
    },
    requirePkce: (on = true) => {
      switches.requirePkce = on;
    },
    requireResource: (on = true) => {
      switches.requireResource = on;
    },
    refuseRefresh: (error, options = {}) => refuseGrant('refresh_token', error, options),
    refuseCodeExchange: (error, options = {}) => refuseGrant('authorization_code', error, options),
    refuseTokens: (error, options = {}) => {
      for (const grant of ['refresh_token', 'authorization_code', 'client_credentials'] as const) {
        refuseGrant(grant, error, options);
      }
    },
    refuseRegistration: ({ error = 'access_denied', status = 403, times: count, description } = {}) => {
      const words = description ?? 'registration is for invited clients only';
      switches.registrationRefusal = { error, status, description: words, times: times(count) };
    },
    offerNoRegistration: () => {
      switches.offerRegistration = false;
    },
    offerDeviceSignIn: (on = true) => {
      switches.offerDeviceSignIn = on;
    },
    deviceCodesLiveS: (seconds) => {
      switches.deviceCodeTtlS = seconds;
    },
    changeDeviceAuthorization: (change) => {
      switches.deviceChanges = { ...switches.deviceChanges, ...change };
    },
    refuseDevicePoll: (error, options = {}) => refuseGrant(DEVICE_GRANT, error, options),
    refuseAuthorization: (error, { times: count, description } = {}) => {
      const words = description === undefined ? {} : { description };
      switches.authorizationRefusal = { error, times: times(count), ...words };
    },
    failTokenEndpoint: (options) => verbs.failEndpoint('token', options),
    failEndpoint: (endpoint, options) => {
      switches.failures.set(endpoint, failureFrom(options));
    },
    loseNextRefreshAnswer: (count = 1) => {
      switches.lostAnswers.set('refresh_token', times(count));
    },
    loseNextCodeExchangeAnswer: (count = 1) => {
      switches.lostAnswers.set('authorization_code', times(count));
    },
    hangEndpoint: (endpoint) => {
      if (gates.has(endpoint)) return;
      let open = (): void => {};
      const opened = new Promise<void>((resolve) => {
        open = resolve;
      });
      gates.set(endpoint, { opened, open });
    },
    resumeEndpoint: openGate,
    hangTokenEndpoint: () => verbs.hangEndpoint('token'),
    resumeTokenEndpoint: () => openGate('token'),
    slowBy: (ms) => {
      switches.delayMs = ms;
    },
    leaveOutExpiresIn: () => verbs.expiresInAs(null),
    expiresInAs: (value) => {
      switches.tokenChanges = { ...switches.tokenChanges, expires_in: value };
    },
    answerTokenWith: ({ status, ...change }) => {
      switches.tokenStatus = status ?? switches.tokenStatus;
      switches.tokenChanges = { ...switches.tokenChanges, ...change };
    },
    changeRegistration: (change) => {
      switches.registrationChanges = { ...switches.registrationChanges, ...change };
    },
    changeMetadata: (change) => {
      switches.metadataChanges = { ...switches.metadataChanges, ...change };
    },
    lieAboutIssuer: (issuer) => verbs.changeMetadata({ issuer }),
    pointInward: (origin = 'http://169.254.169.254') =>
      verbs.changeMetadata({
        authorization_endpoint: `${origin}/authorize`,
        token_endpoint: `${origin}/token`,
        registration_endpoint: `${origin}/register`,
        revocation_endpoint: `${origin}/revoke`,
      }),
    metadataAt: (...places) => {
      switches.metadataPlaces = places;
    },
    sendWrongIss: (iss = 'https://somebody-else.example') => {
      switches.iss = { replaceWith: iss };
    },
    sendNoIss: () => {
      switches.iss = { replaceWith: null };
    },
    endAccessTokens: () => {
      for (const model of ['AccessToken', 'ClientCredentials']) storage.forget(model);
    },
    endRefreshTokens: () => storage.forget('RefreshToken'),
    endGrants: () => {
      for (const model of ['AccessToken', 'RefreshToken', 'AuthorizationCode', 'Grant']) storage.forget(model);
    },
    forgetClients: () => storage.forget('Client'),
  };
  const answers = async (endpoint: string): Promise<void> => {
    for (const [hanging, { opened }] of gates) if (hanging === endpoint) await opened;
  };
  return { behaviour: verbs, answers };
}
