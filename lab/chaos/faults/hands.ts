import { UpdateAliasCommand } from '@aws-sdk/client-lambda';
import { LIVE_ALIAS } from '../../../lambdas/contract/names';
import type { HandPlan } from '../plan/incidents';
import type { FaultRun } from './fault-run';
import { attempt, operationPorts } from './operations';
import { servingNow } from './sick-models';

const PERSON_LATER_MS = 4_000;
const LATER_STILL_MS = 200_000;

/** People at terminals: rollbacks that meet each other or come after a revert, and hands on the alias. */
export function layHands(run: FaultRun): void {
  for (const plan of run.stage.plan.incidents.hands)
    run.when(plan.endpoint, plan.when, () =>
      act(run, plan).catch((error: unknown) => run.stage.note(`a person's hand slips: ${String(error)}`)),
    );
}

async function act(run: FaultRun, { what, endpoint }: HandPlan): Promise<void> {
  const { stage } = run;
  switch (what) {
    case 'rolls back':
      await stage.rollBack(endpoint);
      return;
    case 'two roll back':
      run.log('rolled back twice', endpoint);
      await stage.rollBack(endpoint);
      stage.at(stage.now + PERSON_LATER_MS, () => stage.rollBack(endpoint));
      // The second may wait for the first; a person who sees no change after a minute asks again.
      stage.at(stage.now + 15 * PERSON_LATER_MS, () => stage.rollBack(endpoint));
      return;
    case 'nudges the weight': {
      const { live, green } = await servingNow(run, endpoint);
      if (green === undefined) return;
      run.log('hand on the alias', endpoint);
      return writeAlias(run, endpoint, live, { [green]: 0.104 });
    }
    case 'moves the alias away and back':
      return awayAndBack(run, endpoint);
    case 'promotes and rolls back': {
      // The first look at a canary takes some minutes; until then the operation is refused.
      await attempt(run, operationPorts(run), { atMs: 0, endpoint, what: 'promote', tries: 5 });
      stage.at(stage.now + LATER_STILL_MS, () => stage.rollBack(endpoint));
    }
  }
}

async function awayAndBack(run: FaultRun, endpoint: string): Promise<void> {
  const { live, green } = await servingNow(run, endpoint);
  const weight = green === undefined ? {} : await weightsOf(run, endpoint);
  const other =
    green ??
    run.stage.story.aliases.findLast(
      (one) => one.functionName === run.stage.functionOf(endpoint) && one.after.version !== live,
    )?.after.version;
  if (other === undefined) return;
  run.log('hand on the alias', endpoint);
  await writeAlias(run, endpoint, other, {});
  run.stage.at(run.stage.now + PERSON_LATER_MS, () => writeAlias(run, endpoint, live, weight).catch(() => undefined));
}

async function weightsOf({ stage }: FaultRun, endpoint: string): Promise<Readonly<Record<string, number>>> {
  const input = { FunctionName: stage.functionOf(endpoint), Name: LIVE_ALIAS };
  const said = (await stage.world.services.lambda.call('GetAlias', input, { kind: 'user' })) as {
    readonly RoutingConfig?: { readonly AdditionalVersionWeights?: Readonly<Record<string, number>> };
  };
  return said.RoutingConfig?.AdditionalVersionWeights ?? {};
}

async function writeAlias(run: FaultRun, endpoint: string, version: string, weights: Readonly<Record<string, number>>) {
  const input = {
    FunctionName: run.stage.functionOf(endpoint),
    Name: LIVE_ALIAS,
    FunctionVersion: version,
    RoutingConfig: { AdditionalVersionWeights: weights },
  };
  await run.stage.world.user.lambda.send(new UpdateAliasCommand(input));
}
