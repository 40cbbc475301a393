import { InvokeCommand } from '@aws-sdk/client-lambda';
import { StartExecutionCommand } from '@aws-sdk/client-sfn';
import { MINUTE_MS } from '../../../lambdas/domain/minutes';
import { dynamodbWaves } from '../../../lambdas/adapters/dynamodb/waves';
import { stoppedBy } from '../../../lambdas/domain/waves';
import { failCalls, keepWaiting, slowCalls, throttleServices } from '../faults/call-faults';
import { crashSteps } from '../faults/crashes';
import { disturbBatches, disturbEvents, disturbTicks, repeatRequests } from '../faults/events';
import { performOperations } from '../faults/operations';
import { FaultRun } from '../faults/fault-run';
import { disturbMetrics } from '../faults/metrics';
import * as people from '../faults/people';
import { answerHooks } from '../faults/answer-hooks';
import { staleLists } from '../faults/answers';
import { sendCallers } from '../faults/callers';
import { deleteThings } from '../faults/deletions';
import { disturbReplays } from '../faults/replay-calls';
import { deployOthers } from '../faults/deploys';
import { deployInWaves, resumeNow } from '../faults/waves';
import { layHands } from '../faults/hands';
import { failTogether, sickenModels } from '../faults/sick-models';
import { silenceMetrics } from '../faults/silence';
import { withholdPermissions } from '../faults/withheld';
import type { Mutant } from '../world/mutant';
import { Dice } from '../plan/dice';
import type { ChaosPlan } from '../plan/plan';
import { newStory } from '../world/story';
import { watchWorld } from './watch-world';
import { ChaosStage } from '../world/stage';
import { templateFor } from '../world/templates';
import { comeUsers } from '../world/users';
import { lookForWayOut } from './way-out';

/** The reconciler's period and a minute for its work. */
const PERIOD_MS = 6 * MINUTE_MS;
const DAY_MS = 24 * 60 * MINUTE_MS;
/** Waiting uploads start when a rollout ends, one after the other; more than these would be a circle. */
const MOST_ROUNDS = 15;

export interface Played {
  readonly stage: ChaosStage;
  /** When the faults began and ended, milliseconds since 1970. */
  readonly faultsFrom: number;
  readonly faultsUntil: number;
  /**
   * No rollout ran, no lock was held and nothing waited, within one period of the reconciler after the last rollout.
   */
  readonly cameToRest: boolean;
}

/** Plays a plan: calm first, then everything that it draws, then time for the schedules to put things right. */
export async function runPlan(plan: ChaosPlan, mutant?: Mutant): Promise<Played> {
  const stage = await ChaosStage.open(plan, newStory(), mutant);
  const { world } = stage;
  const later: { redrive?: (name: string) => void } = {};
  watchWorld(stage, (name) => later.redrive?.(name));
  const askHooks = answerHooks(stage, new Dice(`hooks ${plan.seed}`));
  const gone = await serve(stage);
  const run = new FaultRun(stage);
  askHooks(run);
  people.answerQuestions(run);
  later.redrive = people.redriveExecutions(run);
  beginFaults(run);
  schedule(run);
  performOperations(run);
  const faultsFrom = stage.now;
  await world.runFor(plan.faults.untilMs);
  world.setCallTime(0);
  const faultsUntil = stage.now;
  const cameToRest = await comeToRest(stage);
  const isWhole = stage.story.deploys.every(({ refused }) => refused !== undefined);
  if (cameToRest && isWhole) await lookForWayOut(stage);
  gone.forEach((leave) => leave());
  await world.runFor(61 * MINUTE_MS);
  return { stage, faultsFrom, faultsUntil, cameToRest };
}

async function serve(stage: ChaosStage): Promise<readonly (() => void)[]> {
  const { plan, world } = stage;
  for (const { name, served } of plan.endpoints)
    if (served)
      await world.run(stage.upload({ endpoint: name, file: 'first.onnx', model: { name: 'first' }, metadata: {} }));
  const expected = plan.endpoints.filter(({ served }) => served).length;
  const ended = () => world.executions.filter(({ status }) => status !== 'RUNNING').length >= expected;
  await world.runUntil(ended);
  // The version that the deployment published becomes active after some seconds; without a model it has no users.
  await world.runFor(10_000);
  const gone = plan.endpoints.map((endpoint) => comeUsers(stage, endpoint));
  await world.runFor(11 * MINUTE_MS);
  return gone;
}

function beginFaults(run: FaultRun): void {
  run.stage.world.setCallTime(run.plan.callMs);
  for (const begin of [
    ...[crashSteps, people.stopExecutions, slowCalls, throttleServices, failCalls, keepWaiting, staleLists],
    ...[
      disturbEvents,
      disturbBatches,
      disturbTicks,
      repeatRequests,
      disturbMetrics,
      people.moveAliases,
      people.throttleUsers,
    ],
    ...[
      withholdPermissions,
      sickenModels,
      failTogether,
      deleteThings,
      silenceMetrics,
      sendCallers,
      layHands,
      deployOthers,
      deployInWaves,
      disturbReplays,
    ],
  ])
    begin(run);
}

function schedule(run: FaultRun): void {
  const { stage } = run;
  const { plan, app, world } = stage;
  for (const upload of plan.uploads) run.at(upload.atMs, () => stage.upload(upload));
  for (const { atMs, input } of plan.starts)
    run.at(atMs, () => {
      stage.note(`a person starts ${JSON.stringify(input)}`);
      const command = { stateMachineArn: app.stateMachineArn, input: JSON.stringify(input) };
      return world.user.sfn.send(new StartExecutionCommand(command));
    });
  const [teardown] = stage.functionsOf('teardown-idle');
  for (const atMs of plan.teardownsAtMs)
    run.at(atMs, () => {
      stage.note('a person invokes the teardown');
      return world.user.lambda.send(new InvokeCommand({ FunctionName: teardown, Payload: Buffer.from('{}') }));
    });
  if (plan.redeployAtMs !== undefined) run.at(plan.redeployAtMs, () => redeploy(run));
}

/** A deployment that fails because of a fault is repeated by a person when the faults are over. */
async function redeploy(run: FaultRun): Promise<void> {
  const { stage, plan } = run;
  const template = templateFor(stage.plan.endpoints.length, 2048);
  stage.note('a person deploys the app with other functions');
  stage.story.codes.push({ at: stage.now, code: 'unknown' });
  await stage.world.stack.deploy(template).catch((error: unknown) => {
    stage.note(`the deployment fails: ${String(error)}`);
    // What else failed is no matter of rights: a person repeats such a deploy. Slow calls take the time for tries.
    const denied = /not authorized|AccessDenied/.test(String(error)) && plan.slowSites === 0;
    const soon = stage.plan.policiesSettle !== undefined && stage.plan.incidents.withheld.length === 0;
    if (denied && soon) stage.story.hasty.push(String(error));
    run.at(plan.untilMs + 1000, () => stage.world.stack.deploy(template));
  });
}

async function comeToRest(stage: ChaosStage): Promise<boolean> {
  const { world } = stage;
  for (let round = 0; round < MOST_ROUNDS; round += 1) {
    const isAtRest = () => world.executions.every(({ status }) => status !== 'RUNNING');
    try {
      await world.runUntil(isAtRest, { limitMs: DAY_MS });
    } catch {
      return false;
    }
    await world.runFor(PERIOD_MS);
    if (!isAtRest()) continue;
    if (await isFree(stage)) return true;
    // What a bad end holds back waits for a person, who was told.
    if (await isStopped(stage)) await world.run(resumeNow(stage));
  }
  return false;
}

async function isStopped({ world, context }: ChaosStage): Promise<boolean> {
  return (await world.run(dynamodbWaves(context).listWaves())).some((wave) => stoppedBy(wave).length > 0);
}

async function isFree(stage: ChaosStage): Promise<boolean> {
  for (const { name } of stage.plan.endpoints) {
    if ((await stage.world.run(stage.locks.readLock(name))) !== undefined) return false;
    if ((await stage.world.run(stage.uploads.readWaitingUpload(name))) !== undefined) return false;
    if ((await stage.world.run(stage.uploads.readWaitingDeploy(name))) !== undefined) return false;
  }
  return true;
}
