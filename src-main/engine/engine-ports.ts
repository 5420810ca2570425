import type { ConfigEdit } from './config/edit-config.ts';
import type { ParsedConfig } from './config/parse-config.ts';
import type { StoredCaller } from './endpoint/callers.ts';
import type { AutomaticPagesFile } from './login/automatic-pages.ts';
import type { KeptOffers } from './model/kept-offers.ts';
import type { PinnedTools } from './model/pinned-tools.ts';
import type { Result } from './model/result.ts';
import type { Timelines } from './model/timeline.ts';
import type { FormatTime } from './model/words.ts';
import type {
  Browser,
  Clock,
  Dispose,
  Http,
  KeptRecord,
  Logger,
  NamedAddresses,
  Network,
  Presence,
  Programs,
  Random,
  Stored,
  UpstreamHttp,
  Vault,
} from './ports.ts';
import type { LoginIndexFile } from './tokens/login-index.ts';

/** The configuration, as the engine needs it. */
export interface ConfigSource {
  read(): Result<ParsedConfig>;
  edit(
    decide: (current: ParsedConfig) => Result<ConfigEdit>,
    /** Told what it will say, once nothing is wrong with it; where it fails, nothing is written. */
    beforeWrite?: (after: ParsedConfig) => Promise<Result<void>>,
  ): Promise<Result<void>>;
  /** What it would say after a change, of which nothing is written. */
  preview(edit: ConfigEdit): Result<ParsedConfig>;
  watch(listener: () => void): Dispose;
}

export interface EnginePorts {
  readonly clock: Clock;
  readonly vault: Vault;
  readonly browser: Browser;
  readonly presence: Presence;
  readonly http: Http & NamedAddresses;
  readonly upstreamHttp: UpstreamHttp;
  readonly programs: Programs;
  readonly network: Network;
  readonly random: Random;
  readonly logger: Logger;
  readonly config: ConfigSource;
  readonly callersFile: Stored<readonly StoredCaller[]>;
  readonly loginIndexFile: Stored<LoginIndexFile>;
  /** The port that was chosen first; 0 where none was. */
  readonly portFile: Stored<number>;
  readonly automaticPagesFile: Stored<AutomaticPagesFile>;
  /** What happened to each server in the last 24 hours. */
  readonly timelines: KeptRecord<Timelines>;
  /** What the servers' tools looked like when they were first seen or approved. */
  readonly pinnedTools: KeptRecord<PinnedTools>;
  /** What each server offered last. */
  readonly offers: KeptRecord<KeptOffers>;
  readonly formatTime: FormatTime;
}

export interface EngineOptions {
  /** Goes before the configured port; 0 chooses a free one and keeps it. */
  readonly port?: number;
  readonly flowDeadlineMs?: number;
  /** So long after the start the looks at all servers begin; a server that is called is not waited for. */
  readonly firstLooksAfterMs?: number;
}
