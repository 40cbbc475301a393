import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { STATES } from '../../lambdas/domain/workflow';
import type { RolloutRecord } from '../../lambdas/contract/rollout-record';
import type { EmbeddedApp } from '../../simulator/app/embedded-app';
import type { Execution } from '../../simulator/states/execution';
import { saveRollout } from '../../simulator/app/save-rollout';
import { MINUTE_OF_VERIFICATION_TAKES_MS, MINUTE_TAKES_MS } from './demo-endpoint';
import { type DemoRollout, titleOf } from './plan';
import { progressInWords, progressOf } from './progress';
import { folderOf } from './quiet';
import type { DemoStage } from './stage';
import type { Screen } from './screen/screen';

/** Something that should end does not; nothing after it would mean anything. */
export class DemoStuck extends Error {
  override readonly name = 'DemoStuck';
}

const LOOK_EVERY_MS = 100;
/**
 * Two canaries with their extensions are about 35 minutes of the world, 35 s; a machine with other work takes several
 * times that.
 */
const ROLLOUT_LIMIT_MS = 300_000;

export interface RolloutRun {
  readonly record: RolloutRecord;
  /** Real milliseconds since 1970. */
  readonly fromMs: number;
  readonly untilMs: number;
}

/** Starts one rollout as a person would, shows how it goes, and keeps its page and record under `out`. */
export async function runRollout(
  planned: DemoRollout,
  { app, pace }: Pick<DemoStage, 'app' | 'pace'>,
  { screen, out, stopped }: { readonly screen: Screen; readonly out: string; readonly stopped: AbortSignal },
): Promise<RolloutRun> {
  const { world } = app;
  const before = world.executions.length;
  const fromMs = Date.now();
  const isIts = await start(planned, app);
  const its = () => world.executions.slice(before).find(isIts);
  await until(
    () => {
      pace(world.executions.some(isVerifying) ? MINUTE_OF_VERIFICATION_TAKES_MS : MINUTE_TAKES_MS);
      const execution = its();
      if (execution === undefined) return false;
      const progress = progressOf(execution, world.clock.now());
      const looked = progress.judgement?.settledMinutes ?? 0;
      screen.progress(progressInWords(progress), `${before} ${stepOf(progress.state)} ${progress.weight} ${looked}`);
      return execution.status !== 'RUNNING';
    },
    `the rollout of ${titleOf(planned)}`,
    stopped,
  );
  const untilMs = Date.now();
  return { record: await saveRollout(app, planned.endpoint, its()?.name ?? '', out), fromMs, untilMs };
}

/** Of any endpoint: two run beside each other, on one clock. */
const isVerifying = (execution: Execution): boolean =>
  execution.status === 'RUNNING' && progressOf(execution, 0).state === STATES.verifyGreen;

/** An upload, or what a person puts into the console's form. Answers which execution is its own. */
async function start(
  { endpoint, kind, file, to, why }: DemoRollout,
  app: EmbeddedApp,
): Promise<(execution: Execution) => boolean> {
  switch (kind) {
    case 'upload': {
      const version = await app.upload(endpoint, file, readFileSync(join(folderOf(endpoint), file)), { reason: why });
      return ({ input }) => input.includes(version);
    }
    case 'rollback': {
      const arn = await app.start({
        Comment: 'started from the console',
        ...{ endpoint, action: 'rollback', to, reason: why },
      });
      return (execution) => execution.arn === arn;
    }
  }
}

/** Bake and look alternate; only what a look finds is news. */
const EACH_MINUTE: readonly string[] = [STATES.bake, STATES.judgeCanary, STATES.watch, STATES.judgeLive];
const stepOf = (state: string): string => (EACH_MINUTE.includes(state) ? '' : state);

/** Waits in real time. @throws DemoStuck after the limit; what `stopped` says when it is aborted */
export async function until(condition: () => boolean, what: string, stopped: AbortSignal): Promise<void> {
  const limit = performance.now() + ROLLOUT_LIMIT_MS;
  while (!condition()) {
    stopped.throwIfAborted();
    if (performance.now() > limit) throw new DemoStuck(`${what} did not end within ${ROLLOUT_LIMIT_MS / 1000} s`);
    await delay(LOOK_EVERY_MS);
  }
}
