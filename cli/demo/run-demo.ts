import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { MINUTE_MS } from '../../lambdas/domain/minutes';
import { saveRecording } from '../../simulator/app/save-recording';
import { rolloutSummary, type RolloutSummary, type Summary } from '../../simulator/app/summary';
import { BASELINE_MINUTES, QUIET_BASELINE_MINUTES, TEARDOWN_EVERY_MINUTES } from './demo-endpoint';
import { checkSummary } from './expectations';
import type { DemoOptions } from './options';
import { type DemoRollout, KINDS, PLAN } from './plan';
import { runRollout, until, type RolloutRun } from './run-rollout';
import { watchEmbedded } from '../live/embedded';
import type { LiveServer } from '../live/server';
import type { Screen } from './screen/screen';
import { setStage, type DemoStage } from './stage';
import type { TrafficTotals } from './traffic';
import { INDEX_FILE, indexPage } from './index-page';
import { endLines, header, rolloutLines, verdictOf } from './words';

interface Run {
  readonly screen: Screen;
  readonly out: string;
  /** Aborted when a person stops the demo. */
  readonly stopped: AbortSignal;
  /** By the clock of this process, in ms. */
  readonly began: number;
}

/** Runs the whole plan and writes the summary. True when everything ended as expected. */
export async function runDemo(options: DemoOptions, screen: Screen, stopped: AbortSignal): Promise<boolean> {
  const run: Run = { screen, out: options.out, stopped, began: performance.now() };
  // Pages of an earlier run would lie beside this one's.
  rmSync(join(options.out, 'rollouts'), { recursive: true, force: true });
  screen.progress('deploying the app', 'deploying');
  const stage = await setStage(options.seed);
  let live: LiveServer | undefined;
  try {
    for (const line of header(stage.url, PLAN, screen.columns)) screen.line(line);
    if (options.open) live = await watchEmbedded(stage.app, 'Greenlight demo', screen.line);
    const runs = await runPlan(stage, run);
    await awaitTeardown(stage, run);
    await stage.stopUsers();
    const totals = totalsOf(stage);
    const done = stage.teardown.filter((report) => report.skipped === undefined);
    const summary: Summary = {
      // Only now is every failed request counted.
      rollouts: runs.map((each, index) => summaryOf(each, PLAN[index]!, stage)),
      traffic: { requests: totals.requests, failedBecauseOfShift: totals.failedBecauseOfShift },
      teardown: done,
    };
    mkdirSync(options.out, { recursive: true });
    writeFileSync(join(options.out, 'summary.json'), `${JSON.stringify(summary, undefined, 2)}\n`);
    await saveRecording(stage.app, options.out);
    const asExpected = conclude(summary, runs, totals, run);
    if (live !== undefined) await untilStopped(live, run);
    return asExpected;
  } finally {
    await live?.stop();
    await stage.stop();
  }
}

/** The page stays, with the app behind it: who wants to roll back, or to read, has time. */
async function untilStopped({ url }: LiveServer, { screen, stopped }: Run): Promise<void> {
  screen.line(`The page stays, and its buttons work, until Ctrl-C: ${url}`);
  if (!stopped.aborted) await new Promise((resolve) => stopped.addEventListener('abort', resolve));
}

/** Answers the rollouts in the plan's order; those of the other endpoints run beside, and are told after them. */
async function runPlan(stage: DemoStage, run: Run): Promise<readonly RolloutRun[]> {
  const digits = PLAN.filter(({ endpoint }) => endpoint === 'digits');
  const unseen = { ...run, screen: { ...run.screen, progress: () => undefined } };
  const beside = Promise.all([runQuietly(stage, unseen), runKinds(stage, unseen)]).then((lanes) => lanes.flat());
  // Waited for below; what fails meanwhile must not end the process.
  beside.catch(() => undefined);
  const { world } = stage.app;
  const runs: RolloutRun[] = [];
  let blueSince = world.clock.now();
  const told = (ran: RolloutRun, planned: DemoRollout, position: number): RolloutSummary => {
    const found = summaryOf(ran, planned, stage);
    for (const line of rolloutLines(position, planned, found, run.screen)) run.screen.line(line);
    return found;
  };
  for (const [index, planned] of digits.entries()) {
    if (planned.expected.traffic === 'canary') await awaitBaseline(stage, blueSince, run);
    const ran = await runRollout(planned, stage, run);
    const found = told(ran, planned, index + 1);
    const last = found.weights.at(-1);
    if (last?.weight === 100) blueSince = world.clock.now() - (found.minutes - last.minute) * MINUTE_MS;
    runs.push(ran);
  }
  run.screen.progress('the other endpoints are waited for', 'beside');
  for (const [index, ran] of (await beside).entries()) {
    told(ran, PLAN[digits.length + index]!, digits.length + index + 1);
    runs.push(ran);
  }
  return runs;
}

/** The quiet endpoint: its users come with the first model, and are few; what they cannot prove a replay does. */
async function runQuietly(stage: DemoStage, run: Run): Promise<readonly RolloutRun[]> {
  const { world } = stage.app;
  const [first, ...more] = PLAN.filter(({ endpoint }) => endpoint === 'quiet');
  const runs = [await runRollout(first!, stage, run)];
  stage.quiet.comeUsers();
  const since = world.clock.now();
  const served = () => world.clock.now() >= since + QUIET_BASELINE_MINUTES * MINUTE_MS;
  await until(served, 'the baseline of the quiet endpoint', run.stopped);
  for (const planned of more) runs.push(await runRollout(planned, stage, run));
  return runs;
}

/** Other kinds of models, which need no users to be refused. */
async function runKinds(stage: DemoStage, run: Run): Promise<readonly RolloutRun[]> {
  const runs: RolloutRun[] = [];
  for (const planned of PLAN)
    if (KINDS.some((kind) => kind === planned.endpoint)) runs.push(await runRollout(planned, stage, run));
  return runs;
}

const summaryOf = ({ record, fromMs, untilMs }: RolloutRun, { endpoint, expected }: DemoRollout, stage: DemoStage) => {
  const users = { digits: stage.traffic, quiet: stage.quiet.traffic, fraud: undefined, prices: undefined }[endpoint];
  // Users are there before the first upload, and there is no model before its end.
  const sinceMs = expected.outcome === 'promoted-first' ? 0 : fromMs;
  return rolloutSummary(record, users?.failedBetween(sinceMs, untilMs) ?? 0);
};

/** Of both endpoints' users. */
function totalsOf({ traffic, quiet }: DemoStage): TrafficTotals {
  const [many, few] = [traffic.totals, quiet.traffic.totals];
  return {
    requests: many.requests + few.requests,
    notSent: many.notSent + few.notSent,
    failed: many.failed + few.failed,
    failedBecauseOfShift: many.failedBecauseOfShift + few.failedBecauseOfShift,
    byVersion: many.byVersion,
  };
}

/** Lets blue serve alone until its own numbers are worth comparing with. */
async function awaitBaseline({ app: { world } }: DemoStage, since: number, { screen, stopped }: Run): Promise<void> {
  const done = () => world.clock.now() >= since + BASELINE_MINUTES * MINUTE_MS;
  if (done()) return;
  screen.progress(`blue serves alone until minute ${BASELINE_MINUTES}, to have numbers for comparison`, 'baseline');
  await until(done, 'the baseline', stopped);
}

/** The teardown runs by its schedule; what counts is a run that began after the last rollout. */
async function awaitTeardown({ teardown }: DemoStage, { screen, stopped }: Run): Promise<void> {
  const before = teardown.length;
  screen.progress(`waiting for the teardown, every ${TEARDOWN_EVERY_MINUTES} minutes`, 'teardown');
  const ran = () => teardown.slice(before).some((report) => report.skipped === undefined);
  await until(ran, 'the teardown', stopped);
}

function conclude(summary: Summary, runs: readonly RolloutRun[], totals: TrafficTotals, run: Run): boolean {
  const { screen, out, began } = run;
  const checks = checkSummary(summary);
  const seconds = (performance.now() - began) / 1000;
  const listed = runs.flatMap(({ record }, index) => {
    const planned = PLAN[index];
    const failedRequests = summary.rollouts[index]?.failedRequests ?? 0;
    return planned === undefined ? [] : [{ planned, record, failedRequests }];
  });
  writeFileSync(join(out, INDEX_FILE), indexPage('Greenlight demo', `${verdictOf(checks)}.`, listed));
  screen.line('');
  const ended = { summary, totals, checks, seconds, out, plan: PLAN };
  for (const line of endLines(ended, screen)) screen.line(line);
  return checks.every(({ ok }) => ok);
}
