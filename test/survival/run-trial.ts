import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import type { Issued } from '../servers/answer-changes.ts';
import type { Exchange } from '../servers/exchange-record.ts';
import type { Experiment } from './experiments.ts';
import type { Cell, Figures } from './figures.ts';
import { type Stage, withStage } from './stage.ts';
import type { ServerName, SubjectKind } from './subject.ts';
import { Trial } from './trial.ts';
import { verdictOf } from './verdict.ts';

const SIGNS_IN_WITHIN_MS = 120_000;
/** mcp-remote waits 30 s for a sign-in before it goes on. */
const HEALS_WITHIN_MS = 33_000;
const HEALS_AFTER_RESTART_WITHIN_MS = 20_000;
/** Requests that were on their way when Retry-After was said. */
const ON_THE_WAY_MS = 200;

/** Programs start one after the other: on a small machine they would otherwise be late in each other's time. */
let lastStart: Promise<unknown> = Promise.resolve();

function inTurn<T>(start: () => Promise<T>): Promise<T> {
  const started = lastStart.then(start, start);
  lastStart = started.catch(() => {});
  return started;
}

/** One experiment with one subject, on a stage of its own. */
export async function runTrial(experiment: Experiment, kind: SubjectKind): Promise<Cell> {
  const begun = performance.now();
  const ended = (): number => Math.round((performance.now() - begun) / 1000);
  const cell = { experiment: experiment.id, subject: kind.id };
  try {
    return await withStage(experiment.lifeS, async (stage) => {
      const subject = await kind.begin(stage);
      const trial = new Trial(stage, subject);
      try {
        if (!(await inTurn(() => begin(experiment, trial))))
          return { ...cell, verdict: 'did not start', seconds: ended() };
        const figures = await play(experiment, trial);
        return { ...cell, verdict: verdictOf(figures, experiment), figures, seconds: ended() };
      } finally {
        await subject.stop('SIGKILL').catch(() => {});
      }
    });
  } catch (error) {
    return { ...cell, verdict: 'did not start', trouble: String(error), seconds: ended() };
  }
}

/** Everything is connected and signed in to; false where that does not succeed. */
async function begin(experiment: Experiment, trial: Trial): Promise<boolean> {
  const { authorization, person } = trial.stage;
  await trial.subject.start();
  if (experiment.noExpiresIn) authorization.leaveOutExpiresIn();
  person.isThere = true;
  const begun = new Set<ServerName>();
  for (const server of experiment.tools ?? ['main']) {
    trial.addTool(server);
    if (experiment.signedOut === undefined && !begun.has(server)) {
      begun.add(server);
      await trial.subject.signIn?.(server);
    }
    // One after the other: a burst at the start is an experiment of its own.
    if (experiment.signedOut === undefined && !(await trial.worksWithin(SIGNS_IN_WITHIN_MS))) return false;
  }
  person.isThere = experiment.personThere ?? false;
  const last = authorization.log.findLast(({ kind, ok }) => ok && (kind === 'code-exchange' || kind === 'refresh'));
  trial.expiresAt = (last?.at ?? Date.now()) + experiment.lifeS * 1000;
  authorization.resetCounts();
  return true;
}

async function play(experiment: Experiment, trial: Trial): Promise<Figures> {
  const { authorization, person, browser } = trial.stage;
  const pagesBefore = browser.pages().length;

  await experiment.run(trial);
  let pages = browser.pages().length - pagesBefore;
  authorization.behave();
  const { signIns } = experiment;
  person.isThere = signIns > 0;
  let end: Figures['end'] = 'works';
  const heals = await trial.worksWithin(HEALS_WITHIN_MS);
  // Where a sign-in is to come, its page may follow the answers to the calls.
  if (signIns > 0) pages = browser.pages().length - pagesBefore;
  if (!heals) {
    await trial.restart('SIGTERM');
    end = (await trial.worksWithin(HEALS_AFTER_RESTART_WITHIN_MS)) ? 'works-after-a-restart' : 'needs-a-sign-in';
  }

  const outcomes = [...trial.outcomes];
  const failures = outcomes.filter(({ failure }) => failure !== undefined);
  const inRetryAfter = requestsInRetryAfter(experiment, authorization.log);
  const firstFailure = failures[0]?.failure;
  return {
    pages,
    signIns: authorization.counts.codeExchanges,
    refreshes: authorization.counts.refreshes,
    refreshAttempts: authorization.counts.refreshAttempts,
    calls: outcomes.length,
    failed: failures.length,
    failedNeedlessly: failures.filter(({ mayFail }) => !mayFail).length,
    unauthorizedSeen: failures.filter(({ failure = '' }) => /\b401\b|unauthorized|sign in/i.test(failure)).length,
    worstWaitMs: Math.max(0, ...outcomes.map(({ ms }) => ms)),
    ...(inRetryAfter === undefined ? {} : { inRetryAfter }),
    inClearText: await secretsIn(trial.stage),
    end,
    ...(firstFailure === undefined ? {} : { firstFailure: withoutSecrets(firstFailure, authorization.issued()) }),
  };
}

function requestsInRetryAfter(experiment: Experiment, log: readonly Exchange[]): number | undefined {
  const { retryAfterS } = experiment;
  if (retryAfterS === undefined) return undefined;
  const refreshes = log.filter(({ kind }) => kind === 'refresh');
  const told = refreshes.filter(({ status }) => status === 429).map(({ answeredAt, at }) => answeredAt ?? at);
  return refreshes.filter(({ at }) =>
    told.some((since) => at > since + ON_THE_WAY_MS && at < since + retryAfterS * 1000),
  ).length;
}

async function secretsIn({ folder, authorization }: Stage): Promise<number> {
  const names = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = names.filter((entry) => entry.isFile());
  const texts = await Promise.all(
    files.map((entry) => readFile(path.join(entry.parentPath, entry.name), 'latin1').catch(() => '')),
  );
  return authorization.issued().filter(({ secret }) => texts.some((text) => text.includes(secret))).length;
}

function withoutSecrets(text: string, issued: readonly Issued[]): string {
  return issued.reduce((rest, { secret }) => rest.replaceAll(secret, '[secret]'), text).slice(0, 200);
}
