import { accessSync, constants, mkdirSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { HOOKS } from '../../lambdas/contract/hooks';
import { understoodInWords } from '../../lambdas/domain/task';
import { ArgumentsInvalid } from '../../tools/arguments-invalid';
import type { RolloutRecord } from '../../lambdas/contract/rollout-record';
import type { DataSet } from '../../lambdas/contract/golden-set';
import { MINUTE_MS } from '../../lambdas/domain/minutes';
import { EmbeddedApp } from '../../simulator/app/embedded-app';
import { saveRecording } from '../../simulator/app/save-recording';
import { watchEmbedded } from '../live/embedded';
import type { LiveServer } from '../live/server';
import { saveRollout } from '../../simulator/app/save-rollout';
import { startSimulatedTraffic } from '../../simulator/app/simulated-traffic';
import { type Summary, rolloutSummary } from '../../simulator/app/summary';
import { drawnInWords, drawnRequests } from './drawn-requests';
import { affordableRate, inService, warm } from './warm';
import { type Candidate, ENDPOINT, type RehearsalArguments } from './arguments';
import { hooksToDeploy } from './hook-argument';
import { HookRuntime } from './hook-runtime';
import { ServerRuntime } from './server-runtime';

/** Blue serves until it has answered so many requests, 5 to 60 minutes: what its thresholds and estimates rest on. */
const BASELINE_REQUESTS = 20_000;

/** Longest a rollout of any strategy takes, extension and retries included. */
const LIMIT_MS = 15 * 24 * 60 * MINUTE_MS;

export interface Rehearsal {
  readonly summary: Summary;
  readonly record: RolloutRecord;
  /** What a person should know about how it was done. */
  readonly remarks: readonly string[];
}

/** Real milliseconds that a minute of the world takes while a page is open: a person can follow. */
const WATCHED_MINUTE_MS = 300;
/** The same once the rollout has ended, when nothing is to be waited for but what a button began. */
const ENDED_MINUTE_MS = 1_000;

/**
 * Rolls blue out, lets users call it, rolls green out beside it; all in world time, with real models and real steps.
 *
 * @param ended is told how it went, while a page that was asked for is still served: with it the app stays, until the
 *   process ends
 */
export async function rehearse(
  options: RehearsalArguments,
  say: (line: string) => void,
  ended: (rehearsal: Rehearsal) => void = () => undefined,
): Promise<Rehearsal> {
  makeFolder(options.out);
  const { settings, golden, replay } = options;
  const made: { app?: EmbeddedApp } = {};
  const app = new EmbeddedApp({
    seed: options.seed,
    oncePerRequest: true,
    instead: (files) =>
      new ServerRuntime({
        servers: options.servers,
        modelName: options.modelName,
        classNames: settings.classNames,
        clock: () => made.app!.world.clock,
        files,
      }),
    endpoints: [{ ...settings, hooks: hooksToDeploy(settings, options.hooks) }],
  });
  made.app = app;
  const { world } = app;
  let live: LiveServer | undefined;
  let hooks: HookRuntime | undefined;
  try {
    await app.deploy();
    hooks = new HookRuntime(world, options.hooks);
    if (options.open) {
      live = await watchEmbedded(app, 'Greenlight rehearsal', say);
      pace(world, live);
    }
    if (golden && settings.goldenSet) await world.run(app.put(settings.goldenSet.key, golden.bytes));
    if (replay && settings.replay?.samples) await world.run(app.put(settings.replay.samples, replay.bytes));
    const { blue, green } = options;
    say(`blue: ${blue.says} is checked and put in service`);
    const first = await rollOut(app, blue, options.out);
    if (first.outcome !== 'promoted-first') {
      return await done({
        record: first,
        summary: summaryOf(first, 0, { requests: 0, failedBecauseOfShift: 0 }),
        remarks: ['blue itself was refused, so green was not tried'],
      });
    }
    if (first.state?.understood) say(understoodInWords(first.state.understood));
    const given = options.traffic ?? (await drawnRequests(app, inService(first)));
    const functionName = first.state?.config.functionName ?? '';
    const requests = await warm(app, inService(first), given);
    const rate = options.requestsPerMinute ?? (await affordableRate(app, inService(first), requests));
    const minutes = Math.min(60, Math.max(5, Math.ceil(BASELINE_REQUESTS / rate)));
    say(`users: ${rate} requests a minute, ${minutes} minutes of blue alone first`);
    const traffic = startSimulatedTraffic(world, {
      functionName,
      modelName: ENDPOINT,
      traffic: requests,
      requestsPerMinute: rate,
      labels: options.labelShare > 0 ? { share: options.labelShare, afterMinutes: 1 } : undefined,
    });
    await world.runFor((minutes + 1) * MINUTE_MS);

    say(`green: ${green.says} is rolled out`);
    const before = { ...traffic.counts };
    const watching = follow(app, say);
    const record = await rollOut(app, green, options.out);
    watching.stop();
    traffic.stop();
    const { failed, failedBecauseOfShift } = traffic.counts;
    const remarks = [
      ...(record.state?.verification?.goldenWarnings ?? []).map((warning) => `the golden set warns: ${warning}`),
      ...notAsked(options),
      ...shownBy(options, given),
      ...(requests === given
        ? []
        : [
            `users sent ${requests.requests.length} of the ${given.requests.length} requests, again and again, ` +
              'because the model is slow on this machine; each was computed once by either version, and how long ' +
              'the others took was drawn from those',
          ]),
      ...(options.requestsPerMinute === undefined && rate < 3000
        ? [
            `traffic was held to ${rate} requests a minute because the model is slow on this machine; --rpm sets ` +
              'another rate',
          ]
        : []),
      ...(before.failed > 0
        ? [`blue alone failed ${before.failed} of ${before.requests} requests before green came`]
        : []),
    ];
    return await done({
      record,
      summary: summaryOf(record, failed - before.failed, { requests: traffic.counts.requests, failedBecauseOfShift }),
      remarks,
    });
  } finally {
    await live?.stop();
    await hooks?.stop();
    await world.stop();
  }

  /** What `status --demo` and `ui --demo` read; and a page that is served goes on until the process ends. */
  async function done(rehearsal: Rehearsal): Promise<Rehearsal> {
    await saveRecording(app, options.out);
    ended(rehearsal);
    if (live === undefined) return rehearsal;
    world.scaled(MINUTE_MS / ENDED_MINUTE_MS);
    say(`The page stays, and its buttons work, until Ctrl-C: ${live.url}`);
    return new Promise(() => undefined);
  }
}

/** Time stands still for a moment each minute of the world, while a page is open to see it. */
function pace({ clock }: EmbeddedApp['world'], { isWatched }: LiveServer): void {
  const tick = (): void => {
    if (isWatched()) void clock.real(delay(WATCHED_MINUTE_MS));
    clock.setTimeout(tick, MINUTE_MS);
  };
  clock.setTimeout(tick, MINUTE_MS);
}

/** Functions that the settings name are in an account; here they are neither called nor in the way. */
const notAsked = ({ settings, hooks }: RehearsalArguments): readonly string[] =>
  HOOKS.flatMap((hook) => {
    const inAccount = settings.hooks?.[hook];
    if (inAccount === undefined || hooks.some((one) => one.hook === hook)) return [];
    return [`hooks.${hook} (${inAccount.function}) is not asked: --hook ${hook}=FILE runs its code here`];
  });

/** What was not given shows nothing. */
function shownBy({ golden, traffic }: RehearsalArguments, requests: DataSet): readonly string[] {
  if (traffic === undefined) return [drawnInWords(requests.requests.length)];
  return golden === undefined
    ? ['without --golden nothing shows whether answers are right: a golden set with labels would']
    : [];
}

/** First: a rehearsal takes minutes, after which it must not turn out that nothing can be written. */
function makeFolder(out: string): void {
  try {
    mkdirSync(out, { recursive: true });
    accessSync(out, constants.W_OK);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new ArgumentsInvalid(`--out ${out}: is no folder that can be written: ${why}`);
  }
}

const summaryOf = (record: RolloutRecord, failedRequests: number, traffic: Summary['traffic']): Summary => ({
  rollouts: [rolloutSummary(record, failedRequests)],
  traffic,
  teardown: [],
});

async function rollOut(app: EmbeddedApp, { file, bytes, says }: Candidate, out: string): Promise<RolloutRecord> {
  const { world } = app;
  const before = world.executions.length;
  await world.run(app.upload(ENDPOINT, file, bytes));
  const latest = () => world.executions[before];
  await world.runUntil(() => (latest()?.status ?? 'RUNNING') !== 'RUNNING' || refusedWithoutExecution(app), {
    limitMs: LIMIT_MS,
  });
  const id = latest()?.name;
  if (id === undefined) throw new Error(`${says}: the upload was refused: ${lastNotice(app)}`);
  // Not through a driver of the clock: files take real time, and world time would run on meanwhile.
  return saveRollout(app, ENDPOINT, id, out);
}

const lastNotice = (app: EmbeddedApp): string => app.world.services.sns.messages.at(-1)?.message ?? 'no notice';
const refusedWithoutExecution = (app: EmbeddedApp): boolean =>
  /was refused/.test(app.world.services.sns.messages.at(-1)?.subject ?? '') && app.world.executions.length === 0;

/** Says each state change once, as it happens in world time. */
function follow(app: EmbeddedApp, say: (line: string) => void): { stop(): void } {
  const seen = { count: 0, stopped: false };
  const began = app.world.clock.now();
  const tick = (): void => {
    if (seen.stopped) return;
    const execution = app.world.executions.at(-1);
    const states = execution ? app.world.timeline(execution.arn) : [];
    for (const { state } of states.slice(seen.count)) {
      if (/^(Bake|Watch)$|\?$/.test(state)) continue;
      say(`  minute ${((app.world.clock.now() - began) / MINUTE_MS).toFixed(1)}: ${state}`);
    }
    seen.count = states.length;
    app.world.clock.setTimeout(tick, 5_000);
  };
  app.world.clock.setTimeout(tick, 1_000);
  return { stop: () => void (seen.stopped = true) };
}
