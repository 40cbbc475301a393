import type { MetricDataQuery } from '@aws-sdk/client-cloudwatch';
import { PRICES_2026_11 } from '../../../lambdas/contract/prices-2026-11';
import { type RolloutCost, costOf } from '../../../lambdas/domain/cost/cost-of';
import { type Usage, usageOf } from '../../../lambdas/domain/cost/usage';
import type { Call } from '../../../simulator/hooks';
import type { Ended, Scene } from '../../scenarios/harness';

/** What a rollout in the simulated AWS used, counted call by call, beside what its record lets compute. */
export interface CountedRun {
  readonly counted: Pick<
    Usage,
    | 'stateTransitions'
    | 'lambdaRequests'
    | 'metricsRequested'
    | 's3Writes'
    | 's3Reads'
    | 'dynamodbWrites'
    | 'dynamodbReads'
    | 'eventsPublished'
  >;
  readonly computed: Usage;
  readonly cost: RolloutCost;
  readonly outcome: string | undefined;
}

const DYNAMODB_WRITES = ['Put', 'Update', 'Delete'];
const DYNAMODB_READS = ['Get', 'Query'];

/** The reconciler, and what hands out its work, run whether or not there is a rollout, and are no part of one. */
export async function countedRun(scene: Scene, rollout: () => Promise<Ended>): Promise<CountedRun> {
  const { hooks } = scene.app.world;
  const standing = new Set(
    (['reconcile', 'hand-out-work', 'teardown-idle'] as const).map((one) => scene.logicalId(one)),
  );
  const before = hooks.calls.length;
  const runs: string[] = [];
  const announce = scene.logicalId('announce');
  const unhook = hooks.onInvoke(({ logicalId, event }) => {
    // By the clock it looks for what is not published; by the stream it publishes.
    const byClock = logicalId === announce && !('Records' in (event as object));
    if (!standing.has(logicalId) && !byClock) runs.push(logicalId);
  });
  const { execution, record } = await rollout();
  unhook();
  if (record === undefined) throw new Error('no record was kept');
  const calls = hooks.calls
    .slice(before)
    .filter(({ caller }) => caller.kind === 'function' && !standing.has(caller.logicalId))
    .filter(
      ({ caller, command }) => caller.kind !== 'function' || caller.logicalId !== announce || command !== 'Query',
    );
  const count = (service: Call['service'], ...commands: readonly string[]) =>
    calls.filter((call) => call.service === service && commands.includes(call.command));
  return {
    counted: {
      stateTransitions: execution.transitions,
      lambdaRequests: runs.length + count('lambda', 'Invoke').length,
      metricsRequested: count('cloudwatch', 'GetMetricData').reduce(
        (sum, { input }) => sum + (input['MetricDataQueries'] as readonly MetricDataQuery[]).length,
        0,
      ),
      s3Writes: count('s3', 'PutObject').length,
      s3Reads: count('s3', 'GetObject', 'HeadObject').length,
      dynamodbWrites:
        count('dynamodb', ...DYNAMODB_WRITES).reduce((sum, { input }) => sum + writeUnits(input), 0) +
        count('dynamodb', 'TransactWrite').reduce((sum, { input }) => sum + transactionUnits(input), 0),
      dynamodbReads: count('dynamodb', ...DYNAMODB_READS).length,
      eventsPublished: count('eventbridge', 'PutEvents').length,
    },
    computed: usageOf(record),
    cost: costOf(record, PRICES_2026_11),
    outcome: record.outcome,
  };
}

/** A unit per begun KB of the item; keys alone are one. */
const writeUnits = ({ Item }: Call['input']): number =>
  Math.max(1, Math.ceil(JSON.stringify(Item ?? {}).length / 1024));

/** A transaction writes each item twice. */
const transactionUnits = ({ TransactItems }: Call['input']): number =>
  (TransactItems as readonly { readonly Put: Call['input'] }[]).reduce((sum, { Put }) => sum + 2 * writeUnits(Put), 0);
