import type { HandlerName } from '../../../lib/handlers';
import { ListVersionsByFunctionCommand, UpdateAliasCommand } from '@aws-sdk/client-lambda';
import { RedriveExecutionCommand, SendTaskSuccessCommand, StopExecutionCommand } from '@aws-sdk/client-sfn';
import { LIVE_ALIAS } from '../../../lambdas/contract/names';
import type { Call } from '../../../simulator/hooks';
import type { Execution } from '../../../simulator/states/execution';
import type { MovePlan, StopPlan } from '../plan/plan';
import { invocationNow } from '../world/invocation';
import type { FaultRun } from './fault-run';

/** Executions that are stopped or run out of time, at a moment or beside a call. */
export function stopExecutions(run: FaultRun): void {
  const { world } = run.stage;
  const dice = run.dice.for('stops');
  for (const plan of run.plan.stops) {
    if (plan.at !== 'time') continue;
    run.at(plan.atMs, async () => {
      const running = world.executions.filter(({ status }) => status === 'RUNNING');
      if (running.length > 0) await end(run, plan, running[dice.int(0, running.length - 1)]!);
    });
  }
  for (const side of ['before', 'after'] as const) {
    const calls = new Map<HandlerName, number>();
    const beside = async ({ caller }: Call): Promise<void> => {
      const invocation = caller.kind === 'function' ? invocationNow() : undefined;
      if (!invocation || !run.active) return;
      const nth = (calls.get(invocation.handler) ?? 0) + 1;
      calls.set(invocation.handler, nth);
      const plan = run.plan.stops.find(
        (one) => one.at === 'call' && one.side === side && one.handler === invocation.handler && one.call === nth,
      );
      const execution = world.executions.find(({ name }) => name === invocation.rolloutId);
      if (plan?.at !== 'call' || execution?.status !== 'RUNNING') return;
      await end(run, plan, execution);
      await world.clock.sleep(plan.thenMs);
    };
    if (side === 'before') world.hooks.onBefore(beside);
    else world.hooks.onAfter(beside);
  }
}

async function end(run: FaultRun, { how }: StopPlan, execution: Execution): Promise<void> {
  run.log(how, execution.name, { rolloutId: execution.name });
  if (how === 'execution timed out') return execution.end?.('TIMED_OUT', 'States.Timeout');
  await run.stage.world.user.sfn.send(new StopExecutionCommand({ executionArn: execution.arn }));
}

/** Some executions that ended badly are redriven by a person a moment later. */
export function redriveExecutions(run: FaultRun): (execution: string) => void {
  const dice = run.dice.for('redrives');
  return (name) => {
    if (!run.active || !dice.chance(run.plan.redriveShare)) return;
    run.stage.at(run.stage.now + dice.int(1, 300) * 1000, async () => {
      const execution = run.stage.world.executions.find((one) => one.name === name);
      if (!execution || execution.redrives >= 2) return;
      run.log('redrive', name, { rolloutId: name });
      await run.stage.world.user.sfn
        .send(new RedriveExecutionCommand({ executionArn: execution.arn }))
        .catch(() => undefined);
    });
  };
}

/** A person points the alias elsewhere, with or without a weight. */
export function moveAliases(run: FaultRun): void {
  for (const move of run.plan.moves) {
    if (move.beforeWrite === undefined) run.at(move.atMs, () => moveAlias(run, move).catch(() => undefined));
    else moveBeforeWrite(run, move, move.beforeWrite);
  }
}

function moveBeforeWrite(run: FaultRun, move: MovePlan, nth: number): void {
  let writes = 0;
  const functionName = run.stage.functionOf(move.endpoint);
  run.stage.world.hooks.onBefore(async ({ command, input, caller }) => {
    if (command !== 'UpdateAlias' || caller.kind !== 'function' || input['FunctionName'] !== functionName) return;
    if (!run.active || run.since < move.atMs || (writes += 1) !== nth) return;
    await moveAlias(run, move).catch(() => undefined);
  });
}

async function moveAlias(run: FaultRun, { endpoint, pick, weight }: MovePlan): Promise<void> {
  const { lambda } = run.stage.world.user;
  const FunctionName = run.stage.functionOf(endpoint);
  const { Versions = [] } = await lambda.send(new ListVersionsByFunctionCommand({ FunctionName }));
  const served = Versions.filter(
    (one) =>
      one.Version !== '$LATEST' && one.State === 'Active' && one.Environment?.Variables?.['GREENLIGHT_MODEL_KEY'],
  );
  const to = served[Math.floor(pick * served.length)]?.Version;
  if (to === undefined) return;
  const other = served.map(({ Version = '' }) => Version).find((version) => version !== to);
  const AdditionalVersionWeights = weight > 0 && other !== undefined ? { [other]: weight } : {};
  run.log('alias moved', endpoint);
  await lambda.send(
    new UpdateAliasCommand({
      FunctionName,
      Name: LIVE_ALIAS,
      FunctionVersion: to,
      RoutingConfig: { AdditionalVersionWeights },
    }),
  );
}

const SOON_MS = 20_000;

/** A person who is asked for approval says yes, no, something else, or nothing. */
export function answerQuestions(run: FaultRun): void {
  const { stage } = run;
  const dice = run.dice.for('approvals');
  stage.world.hooks.onAfter(({ command, input }) => {
    const message = typeof input['Message'] === 'string' ? input['Message'] : '';
    const [, taskToken] = /--task-token '([^']+)'/.exec(message) ?? [];
    if (command !== 'Publish' || taskToken === undefined) return;
    const [, rolloutId = ''] = /^Rollout: (.+)$/m.exec(message) ?? [];
    const [, endpoint = ''] = /^Action needed: ([^:]+):/.exec(String(input['Subject'])) ?? [];
    stage.happened('question', stage.functionOf(endpoint));
    const drawn = dice.weighted([
      ['yes', 4],
      ['no', 2],
      ['unclear', 1],
      ['nothing', 3],
    ]);
    // Operators approve what shall lead out of an outage.
    const answer = stage.story.attempts.length > 0 ? 'yes' : drawn;
    if (answer === 'nothing') return;
    const output = answer === 'unclear' ? '"ok"' : JSON.stringify({ approved: answer === 'yes', by: 'Ada' });
    const later = dice.int(5, 400) * 1000;
    stage.at(stage.now + (stage.story.attempts.length > 0 ? SOON_MS : later), async () => {
      stage.note(`a person answers the question of ${rolloutId}: ${answer}`);
      if (answer === 'yes') stage.story.approved.add(rolloutId);
      await stage.world.user.sfn.send(new SendTaskSuccessCommand({ taskToken, output })).catch(() => undefined);
    });
  });
}

/** Lambda throttles users of an endpoint. */
export function throttleUsers(run: FaultRun): void {
  const { lambda } = run.stage.world.services;
  for (const { endpoint, fromMs, untilMs, rate } of run.plan.usersThrottled) {
    const functionName = run.stage.functionOf(endpoint);
    run.at(fromMs, () => {
      run.log('users throttled', endpoint);
      lambda.setThrottleRate(functionName, rate);
    });
    run.at(untilMs, () => lambda.setThrottleRate(functionName, 0));
  }
}
