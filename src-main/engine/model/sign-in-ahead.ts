import type { EpochMs } from './ids.ts';
import type { Login } from './token-set.ts';

/** T4: a person will be needed, as far as anybody can know now. */
export interface SignInAhead {
  readonly by: EpochMs;
  /** Near enough to remind of it. */
  readonly soon: boolean;
}

const DAY_MS = 24 * 60 * 60_000;

/** A reminder comes a day before, or in the last tenth of what lives shorter than ten days. */
export function remindAt(from: EpochMs, by: EpochMs): EpochMs {
  return by - Math.min(DAY_MS, Math.max(by - from, 0) / 10);
}

interface End {
  readonly by: EpochMs;
  readonly remindAt: EpochMs;
  /** False: every renewal so far has moved it, or none has shown whether it does, so it counts only when it is near. */
  readonly isCertain: boolean;
}

/**
 * The first of what ends for good: a token without renewals, a refresh token whose end no renewal moves, a registered
 * client's secret.
 */
function firstEnd(login: Login): End | undefined {
  const { tokens, client, clientCredentials } = login;
  if (!tokens || clientCredentials) return undefined;
  const { obtainedAt, expiresAt, refreshExpiresAt } = tokens;
  const at = (end: EpochMs, from: EpochMs, isCertain: boolean): End => ({
    // The access token may outlive what renews it.
    by: Math.max(end, expiresAt ?? end),
    remindAt: remindAt(from, Math.max(end, expiresAt ?? end)),
    isCertain,
  });
  if (!tokens.refreshToken) return expiresAt === undefined ? undefined : at(expiresAt, obtainedAt, true);
  const ends: End[] = [];
  if (refreshExpiresAt !== undefined) {
    const fixedSince = tokens.refreshEndFixedSince;
    ends.push(at(refreshExpiresAt, fixedSince ?? obtainedAt, fixedSince !== undefined));
  }
  if (client.how === 'dynamic' && client.clientSecret && client.clientSecretExpiresAt !== undefined) {
    ends.push(at(client.clientSecretExpiresAt, login.signedInAt ?? obtainedAt, true));
  }
  return ends.sort((one, other) => one.by - other.by)[0];
}

export function signInAhead(login: Login, now: EpochMs): SignInAhead | undefined {
  const end = firstEnd(login);
  if (!end) return undefined;
  const soon = now >= end.remindAt;
  return soon || end.isCertain ? { by: end.by, soon } : undefined;
}

/** When to look again, for the reminder; undefined where none comes. */
export function reminderAt(login: Login, now: EpochMs): EpochMs | undefined {
  const end = firstEnd(login);
  return end && now < end.remindAt ? end.remindAt : undefined;
}
