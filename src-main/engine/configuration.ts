import type { ConfigEdit } from './config/edit-config.ts';
import { EMPTY_CONFIG, type ParsedConfig } from './config/parse-config.ts';
import type { ConfigSource } from './engine-ports.ts';
import type { Problem } from './model/problem.ts';
import { ok, type Result } from './model/result.ts';
import type { Config, EngineSettings } from './model/server-config.ts';
import type { Logger } from './ports.ts';

interface ConfigurationDeps {
  readonly source: ConfigSource;
  readonly logger: Logger;
  /** Resolves when what is configured no more is erased. */
  readonly apply: (now: ParsedConfig, before: Config) => Promise<void>;
  /** The file was read anew, with whatever came of it. */
  readonly onReload: () => void;
}

/** The configuration in force, and the way a change gets there: into the file first, from there like an edit by hand. */
export class Configuration {
  readonly #deps: ConfigurationDeps;
  #current: Config = EMPTY_CONFIG.config;
  #problem: Problem | undefined;
  #applied: Promise<void> = Promise.resolve();

  constructor(deps: ConfigurationDeps) {
    this.#deps = deps;
  }

  get current(): Config {
    return this.#current;
  }

  /** The mistake in the file that keeps it from being in force. */
  get problem(): Problem | undefined {
    return this.#problem;
  }

  /** What is said for all servers. */
  get settings(): EngineSettings {
    const { openBrowser, port, pinning } = this.#current;
    return { openBrowser, port, pinTools: pinning.all };
  }

  /** What the file says; undefined where it has a mistake. */
  read(): ParsedConfig | undefined {
    const { source, logger } = this.#deps;
    const parsed = source.read();
    this.#problem = parsed.ok ? undefined : parsed.problem;
    if (parsed.ok) return parsed.value;
    logger.warn('config.invalid', { problem: parsed.problem.code });
    return undefined;
  }

  apply(parsed: ParsedConfig): void {
    for (const { detail } of parsed.warnings) this.#deps.logger.warn('config.warning', { detail });
    const before = this.#current;
    this.#current = parsed.config;
    this.#applied = this.#deps.apply(parsed, before);
  }

  /** The file was edited. A mistake in it leaves the last good configuration in force. */
  reload(): void {
    const parsed = this.read();
    if (parsed) this.apply(parsed);
    this.#deps.onReload();
  }

  /** A removal is over when the login is erased. */
  async edit(edit: ConfigEdit, beforeWrite?: (after: ParsedConfig) => Promise<Result<void>>): Promise<Result<void>> {
    const edited = await this.#deps.source.edit(() => ok(edit), beforeWrite);
    if (!edited.ok) return edited;
    this.reload();
    await this.#applied;
    return ok(undefined);
  }
}
