import {
  CreateAliasCommand,
  GetAliasCommand,
  GetFunctionConfigurationCommand,
  GetFunctionCommand,
  InvokeCommand,
  PublishVersionCommand,
  UpdateAliasCommand,
  UpdateFunctionConfigurationCommand,
} from '@aws-sdk/client-lambda';
import { isAwsError } from '../../../lambdas/adapters/sdk/answers';
import { NotAskable } from '../questions/question';
import type { Bench } from './bench';
import type { ProbeEvent } from './probe';
import { until } from './until';

/** The alias that questions point at versions. */
export const ALIAS = 'live';

/** A version is Active, an update over, within this; AWS takes seconds. */
const SETTLED = { withinMs: 120_000, everyMs: 1_000 };

/** Publishes a version that differs from all before it, and waits until it is Active. */
export async function publishAnother(bench: Bench): Promise<string> {
  await changeLatest(bench);
  await latestSettled(bench);
  const { Version = '' } = await bench.lambda.send(new PublishVersionCommand({ FunctionName: bench.functionName }));
  await versionActive(bench, Version);
  return Version;
}

let changes = 0;

/** Gives $LATEST an environment that it never had; its answer is what Lambda said at once. */
export async function changeLatest(bench: Bench) {
  changes += 1;
  const Variables = { PROBE_CHANGE: `${bench.clock.now()}-${changes}` };
  await latestSettled(bench);
  return bench.lambda.send(
    new UpdateFunctionConfigurationCommand({
      FunctionName: bench.functionName,
      Environment: { Variables },
    }),
  );
}

/** $LATEST once no update is under way. */
export async function latestSettled(bench: Bench) {
  const command = new GetFunctionConfigurationCommand({
    FunctionName: bench.functionName,
  });
  const settled = await until(bench.clock, SETTLED, async () => {
    const latest = await bench.lambda.send(command);
    return latest.LastUpdateStatus === 'InProgress' ? undefined : latest;
  });
  if (settled === undefined) throw new Error(`an update of ${bench.functionName} is still InProgress after 120 s`);
  return settled;
}

export async function versionActive(bench: Bench, version: string): Promise<void> {
  const command = new GetFunctionCommand({
    FunctionName: bench.functionName,
    Qualifier: version,
  });
  const state = await until(bench.clock, SETTLED, async () => {
    const { Configuration } = await bench.lambda.send(command);
    return Configuration?.State === 'Pending' ? undefined : (Configuration?.State ?? 'Active');
  });
  if (state !== 'Active') throw new Error(`version ${version} of ${bench.functionName} is ${state ?? 'Pending'}`);
}

/**
 * Points the alias at `version` with these weights on others, and makes it when there is none. Answers its revision.
 */
export async function pointAlias(
  bench: Bench,
  version: string,
  weights: Readonly<Record<string, number>> = {},
): Promise<string | undefined> {
  const input = {
    FunctionName: bench.functionName,
    Name: ALIAS,
    FunctionVersion: version,
    RoutingConfig: { AdditionalVersionWeights: weights },
  };
  try {
    return (await bench.lambda.send(new UpdateAliasCommand(input))).RevisionId;
  } catch (error) {
    if (!isAwsError(error, 'ResourceNotFoundException')) throw error;
    return (await bench.lambda.send(new CreateAliasCommand(input))).RevisionId;
  }
}

export const readAlias = (bench: Bench) =>
  bench.lambda.send(new GetAliasCommand({ FunctionName: bench.functionName, Name: ALIAS }));

/** Two fresh versions, and the alias on the first of them with half of the traffic on the second. */
export async function halfAndHalf(bench: Bench): Promise<readonly [string, string]> {
  const [first, second] = [await publishAnother(bench), await publishAnother(bench)];
  await pointAlias(bench, first, { [second]: 0.5 });
  return [first, second];
}

export interface Called {
  /** The version that answered, as Lambda says in a header. */
  readonly version: string | undefined;
  /** `Handled` or `Unhandled`. */
  readonly functionError: string | undefined;
  readonly payload: unknown;
}

/** One call through the alias, or of the qualifier given. */
export async function call(bench: Bench, event: ProbeEvent = {}, qualifier = ALIAS): Promise<Called> {
  const { ExecutedVersion, FunctionError, Payload } = await bench.lambda.send(
    new InvokeCommand({
      FunctionName: bench.functionName,
      Qualifier: qualifier,
      Payload: JSON.stringify(event),
    }),
  );
  const payload: unknown = JSON.parse(Buffer.from(Payload ?? []).toString() || 'null');
  return { version: ExecutedVersion, functionError: FunctionError, payload };
}

/** Calls an alias of half and half 20 times: with weights one alone answers twice in a million runs. */
export async function requireWeights(bench: Bench): Promise<void> {
  const seen = new Set<string | undefined>();
  for (let calls = 0; calls < 20; calls += 1) seen.add((await call(bench)).version);
  if (seen.size < 2)
    throw new NotAskable(
      'probe: of 20 calls of an alias with half of the weight on another version, all were answered by ' +
        `${String([...seen][0])}`,
    );
}
