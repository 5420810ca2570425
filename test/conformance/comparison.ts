import type { ServerRun } from './server-suites.ts';
import type { Check } from './suites.ts';
import { WAYS, type Way } from './three-ways.ts';

const KEEPS_OPEN = 'a stream of /mcp stays open until the answer: what its servers resume is resumed behind it';

/** What differs from the direct line with reason. Scenario, then check. */
export const DIFFERS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'server-sse-polling': {
    'server-sse-priming-event': KEEPS_OPEN,
    'server-sse-retry-field': KEEPS_OPEN,
    'server-sse-disconnect-resume': KEEPS_OPEN,
  },
};

export interface ComparedScenario {
  readonly scenario: string;
  /** Of the scenario: does it pass, this way. */
  readonly passes: Readonly<Record<Way, boolean>>;
  readonly differences: readonly Difference[];
}

export interface Difference {
  readonly check: string;
  readonly statuses: Readonly<Record<Way, string>>;
  /** Of the first way that fails. */
  readonly message: string;
  readonly reason?: string;
}

/** As the suite counts: a warning is a SHOULD that was not met. */
const BROKEN: ReadonlySet<Check['status']> = new Set(['FAILURE', 'WARNING']);

/** The scenarios of all ways, side by side. A check that came more than once counts by its worst. */
export function compare(runs: Readonly<Record<Way, ServerRun>>): readonly ComparedScenario[] {
  const scenarios = new Set(WAYS.flatMap((way) => [...runs[way].keys()]));
  return [...scenarios].sort().map((scenario) => {
    const checks = byWay((way) => runs[way].get(scenario) ?? []);
    const ids = new Set(WAYS.flatMap((way) => checks[way].filter(isJudged).map(({ id }) => id)));
    const differences = [...ids].flatMap((id) => {
      const statuses = byWay((way) => worstOf(checks[way].filter((check) => check.id === id)));
      if (WAYS.every((way) => statuses[way] === statuses.direct)) return [];
      const reason = DIFFERS[scenario]?.[id];
      const broken = WAYS.flatMap((way) => checks[way]).find((check) => check.id === id && BROKEN.has(check.status));
      return [
        { check: id, statuses, message: broken?.errorMessage ?? '', ...(reason === undefined ? {} : { reason }) },
      ];
    });
    const passes = byWay((way) => checks[way].length > 0 && !checks[way].some(({ status }) => BROKEN.has(status)));
    return { scenario, passes, differences };
  });
}

function byWay<T>(of: (way: Way) => T): Record<Way, T> {
  return { direct: of('direct'), lane: of('lane'), '/mcp': of('/mcp') };
}

function isJudged({ status }: Check): boolean {
  return status === 'SUCCESS' || BROKEN.has(status);
}

function worstOf(checks: readonly Check[]): string {
  for (const status of ['FAILURE', 'WARNING', 'SUCCESS'] as const) {
    if (checks.some((check) => check.status === status)) return status.toLowerCase();
  }
  return 'not there';
}
