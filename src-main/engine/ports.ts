import type { CommandLineToolState } from './model/command-line-tool.ts';
import type { EpochMs } from './model/ids.ts';
import type { Result } from './model/result.ts';
import type { Detail } from './model/sayings.ts';

/** Undoes what was begun: an alarm, a subscription, a listener. Calling it twice does nothing. */
export type Dispose = () => void;

export interface Clock {
  now(): EpochMs;
  /** Milliseconds that only go forward, for measuring spans. */
  monotonicMs(): number;
  /** Calls back once when the wall clock has reached `at`, also after a sleep. */
  setAlarm(at: EpochMs, onAlarm: () => void): Dispose;
  /** The machine woke, or the wall clock jumped by more than 10 s. */
  onJump(listener: (byMs: number) => void): Dispose;
}

export interface Network {
  /** The machine has an address again, or another one: who waits because of the network may try now. */
  onReturn(listener: () => void): Dispose;
}

/** What reading the vault can tell. `locked` is never the same as `absent` (rule 3). */
export type VaultRead =
  | { readonly kind: 'found'; readonly value: string }
  | { readonly kind: 'absent' }
  | { readonly kind: 'locked' }
  | { readonly kind: 'unavailable'; readonly detail: string };

export type VaultWrite =
  | { readonly kind: 'done' }
  | { readonly kind: 'locked' }
  | { readonly kind: 'unavailable'; readonly detail: string };

export type VaultHealth =
  /** `isVolatile`: the keychain itself forgets at the end of the session. */
  | { readonly kind: 'keychain'; readonly isVolatile?: true }
  /** The encrypted files that the person chose. */
  | { readonly kind: 'file' }
  | { readonly kind: 'memory'; readonly why: 'chosen' | 'no-keychain'; readonly detail?: string }
  | { readonly kind: 'locked' };

/** Keeps secrets. Keys have the form `<server>/<part>`; the adapter puts the data folder's id before them. */
export interface Vault {
  get(key: string): Promise<VaultRead>;
  /** Resolves when the value is on disk. */
  set(key: string, value: string): Promise<VaultWrite>;
  delete(key: string): Promise<VaultWrite>;
  health(): VaultHealth;
  onHealth(listener: (health: VaultHealth) => void): Dispose;
  /** Asks again whether the vault can be read; a person's click: it may open a prompt. */
  retry(): Promise<VaultHealth>;
  /** The same for the alarm: asks only where that opens no prompt. */
  retryQuietly(): Promise<VaultHealth>;
}

/** Which issuers have a record in the vault for a server, the newest first. No secrets; survives restarts. */
export interface LoginIndex {
  issuers(server: string): readonly string[];
  /** `issuers` knows it at once; resolves when it is on disk. */
  put(server: string, issuer: string): Promise<void>;
  remove(server: string): Promise<void>;
  /** Servers with the record of a sign-in under way in the vault. */
  flows(): readonly string[];
  setFlows(servers: readonly string[]): Promise<void>;
  /** Keys of records that have to go as soon as the vault lets them. */
  erasures(): readonly string[];
  setErasures(keys: readonly string[]): Promise<void>;
}

export interface Presence {
  /** Ms since the person's last key or movement, infinite while the screen is locked; undefined where nobody can tell. */
  idleMs(): number | undefined;
}

export interface Browser {
  /** The URL was checked (F5); it never meets a shell. */
  open(url: string): Promise<Result<void>>;
}

export interface HttpRequest {
  readonly url: string;
  readonly method: 'GET' | 'POST' | 'DELETE';
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  /**
   * The MCP server whose metadata led here (D8): where it is on the internet, nothing else is connected to, redirects
   * included. Absent: wherever the address leads.
   */
  readonly namedBy?: string;
  /** Redirects that may be followed, GET only; each hop is checked again. */
  readonly redirects: number;
  readonly timeoutMs: number;
}

export interface HttpResponse {
  readonly status: number;
  /** Names in lower case; repeated headers joined with ", ". */
  readonly headers: Readonly<Record<string, string>>;
  /** At most 1 MiB; a longer body is a `bad-answer`. */
  readonly body: string;
  /** Where the answer came from, after redirects. */
  readonly url: string;
}

/** Small exchanges: metadata, registration, tokens, probes. What the callers send goes through `UpstreamHttp`. */
export interface Http {
  /**
   * Fails with `network-unreachable`, `timed-out`, `bad-answer`, `unsafe-url` or `address-not-public`; any status is a
   * value.
   */
  send(request: HttpRequest): Promise<Result<HttpResponse>>;
}

/** D8 for addresses that are not ours to connect to. */
export interface NamedAddresses {
  /**
   * Whether a server may name an address that a browser opens. Fails with `address-not-public`, or with what the network
   * failed with when the server itself had to be looked at; a host that is not found passes.
   */
  checkNamed(destination: { readonly url: string; readonly namedBy: string }): Promise<Result<void>>;
}

/** Programs on this machine that are spoken to over their standard input and output. */
export interface Programs {
  /** Every start ends in exactly one `onEnd`. */
  start(program: ProgramToStart, handler: ProgramHandler): StartedProgram;
}

export interface ProgramToStart {
  readonly command: string;
  readonly args: readonly string[];
  /** Absent: the person's home folder. */
  readonly cwd?: string;
  /** Beside the few variables that every program needs. Nothing else of our environment reaches it. */
  readonly env: Readonly<Record<string, string>>;
}

export interface ProgramHandler {
  /** It runs. */
  onStart(): void;
  /** Of its standard output. */
  onOutput(chunk: Uint8Array): void;
  /** Of its standard error. */
  onErrorOutput(chunk: Uint8Array): void;
  /** It is gone; what it had started is being ended. */
  onEnd(end: ProgramEnd): void;
}

export type ProgramEnd =
  | { readonly kind: 'not-found' }
  | ({ readonly kind: 'not-started' } & Detail)
  /** `how`: "code 1", "SIGKILL". */
  | { readonly kind: 'ended'; readonly how: string };

export interface StartedProgram {
  /** Resolves when more may be written. What a program that is gone was to get is lost. */
  write(text: string): Promise<void>;
  /** Asks it to end by closing its input, then by signals, with all that it started. Resolves when all are gone. */
  end(): Promise<void>;
}

export interface Random {
  /** Base64url without padding, of so many random bytes. */
  token(bytes: number): string;
  uuid(): string;
  /** At least 0, below 1. */
  fraction(): number;
}

/**
 * What a log line may carry. There is no place for a token here: its metadata has the four fields below it.
 */
export interface LogFields {
  readonly correlationId?: string;
  readonly flowId?: string;
  readonly server?: string;
  readonly issuer?: string;
  readonly caller?: string;
  readonly method?: string;
  readonly url?: string;
  readonly status?: number;
  readonly ms?: number;
  readonly attempt?: number;
  readonly outcome?: string;
  readonly problem?: string;
  readonly detail?: string;
  readonly from?: string;
  readonly to?: string;
  readonly reason?: string;
  readonly at?: EpochMs;
  readonly count?: number;
  readonly bytes?: number;
  readonly found?: boolean;
  readonly expired?: boolean;
  /** Token metadata: kind, lifetime in seconds, first 4 characters of a SHA-256. */
  readonly tokenKind?: 'access' | 'refresh';
  readonly tokenSource?: 'memory' | 'vault' | 'server';
  readonly lifetimeS?: number;
  readonly fingerprint?: string;
  readonly hasRefreshToken?: boolean;
}

export interface Logger {
  debug(event: string, fields?: LogFields): void;
  info(event: string, fields?: LogFields): void;
  warn(event: string, fields?: LogFields): void;
  error(event: string, fields?: LogFields): void;
}

/** A small JSON value that outlives the program: caller keys' hashes, which issuers have a record, the chosen port. */
export interface Stored<T> {
  readonly value: T;
  /** `value` is the new one at once; resolves when it is on disk, or with the reason why not. */
  save(value: T): Promise<Result<void>>;
}

/** Whether the app starts when its person logs in to this computer. */
export interface StartAtLogin {
  /** `not-here`: there is nothing that could be started so. */
  readonly state: 'on' | 'off' | 'not-here';
  /** Fails with `not-available`, with what the system says. */
  set(isOn: boolean): Promise<Result<void>>;
  onChange(listener: () => void): Dispose;
}

/** The `gatehouse` command in the person's terminal, where the app brings one. */
export interface CommandLineTool {
  readonly state: CommandLineToolState;
  /** Installs it, or takes it away. Fails with `not-available`, with the reason; what belongs to others stays. */
  set(isInstalled: boolean): Promise<Result<void>>;
  onChange(listener: () => void): Dispose;
}

/** A record that grows while the program runs: written now and then, and a last time at the end. */
export interface KeptRecord<T> {
  /** What the last run left. */
  readonly left: T;
  /** From now on `current` is asked for what is to be written, now and then even without a change. */
  start(current: () => T): void;
  /** Something is new: it is on disk within seconds, together with what comes meanwhile. */
  changed(): void;
  /** Something is to be gone from it. Resolves when it is gone from the disk too, or nothing can be written. */
  erased(): Promise<void>;
  /** Resolves when the last of it is on disk, or cannot be. */
  stop(): Promise<void>;
}

/** What callers send and what comes back, as bytes. Everything else that we ask over HTTP goes through `Http`. */
export interface UpstreamHttp {
  /** Every request ends in exactly one `onEnd` or `onError`. */
  send(request: UpstreamRequest, handler: UpstreamHandler): void;
}

export interface UpstreamRequest {
  readonly url: URL;
  readonly method: string;
  /** Name, value, name, value ... */
  readonly headers: readonly string[];
  readonly body: Uint8Array | AsyncIterable<Uint8Array> | undefined;
  /** A stream that stays open without an end: it gets a connection of its own. */
  readonly isLongStream: boolean;
}

export interface UpstreamControl {
  pause(): void;
  resume(): void;
  /** Ends the exchange, upstream too; the handler hears `onError` with `aborted`. */
  abort(): void;
}

export interface UpstreamHandler {
  onStart(control: UpstreamControl): void;
  onHeaders(status: number, headers: Readonly<Record<string, string | string[] | undefined>>): void;
  onData(chunk: Uint8Array): void;
  onEnd(): void;
  onError(failure: UpstreamFailure): void;
}

export interface UpstreamFailure {
  /** `refused`: the request was not sent. `lost`: it may have run, its answer is not there. */
  readonly kind: 'refused' | 'lost' | 'timed-out' | 'aborted';
  readonly detail: string;
}
