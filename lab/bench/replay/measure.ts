import { capturedKey } from '../../../lambdas/contract/replay';
import { PRICES_2026_11 } from '../../../lambdas/contract/prices-2026-11';
import type { RolloutRecord } from '../../../lambdas/contract/rollout-record';
import { costOf } from '../../../lambdas/domain/cost/cost-of';
import { MINUTE_MS } from '../../../lambdas/domain/minutes';
import { STATES } from '../../../lambdas/domain/workflow';
import { lambdaContext } from '../../../lambdas/adapters/sdk/context';
import { dynamodbRecords } from '../../../lambdas/adapters/dynamodb/records';
import { ENV, LIVE_ALIAS } from '../../../lambdas/contract/names';
import { EmbeddedApp } from '../../../simulator/app/embedded-app';
import { bytesOf, modelOf } from '../../../simulator/fake-model';
import { fakeServer, fakeTraffic } from '../../../simulator/fake-server';
import type { FunctionRuntime, RuntimeVersion } from '../../../simulator/runtime/function-runtime';

/** A replay of so many pairs, and the endpoint that it asks. */
export interface ReplayCase {
  readonly pairs: number;
  /** The model's own time for an answer. */
  readonly modelMs: number;
  /** Executions that the account may have at once. */
  readonly concurrency: number;
}

export interface MeasuredReplay {
  /** World time from the first request to the verdict. */
  readonly seconds: number;
  readonly asked: number;
  readonly verdict: string;
  /** Whole rollout, short canary and watch included: states that were passed, and its cost. */
  readonly transitions: number;
  readonly outcome: string;
  readonly usd: number;
  readonly replayUsd: number;
}

const ENDPOINT = 'quiet';
const USERS_PER_MINUTE = 20;
/** Before the model begins and after it ends: the way to Lambda and back, and the request's way from S3. */
const WAY_MS = 25;
const BASELINE_MINUTES = 60;

/**
 * Rolls a good green out on the embedded engine, in virtual time, with as many captured requests as are to be asked.
 */
export async function measureReplay({ pairs, modelMs, concurrency }: ReplayCase): Promise<MeasuredReplay> {
  const made: { app?: EmbeddedApp } = {};
  const served = ({ environment }: Pick<RuntimeVersion, 'environment'>) => {
    const { GREENLIGHT_MODEL_BUCKET: bucket, GREENLIGHT_MODEL_KEY: key } = environment;
    if (bucket === undefined || key === undefined) return undefined;
    return modelOf(made.app!.world.services.s3.readBytes(bucket, key, environment['GREENLIGHT_MODEL_VERSION_ID']));
  };
  const app = (made.app = new EmbeddedApp({
    endpoints: [
      {
        ...{ name: ENDPOINT, captureSampleRate: 1, replay: { pairs }, watchMinutes: 1, watchUntilMinutes: 0 },
        gates: { errors: { harm: { points: harmThatTakes(pairs) } } },
      },
    ],
    runtime: onItsWay(fakeServer(served)),
  }));
  const { world } = app;
  try {
    await app.deploy();
    world.services.lambda.concurrency.limit = concurrency;
    const rollOut = async (name: string): Promise<RolloutRecord> => {
      const begun = world.executions.length;
      await world.run(app.upload(ENDPOINT, `${name}.onnx`, bytesOf({ name, latencyMs: modelMs })));
      await world.runUntil(() => (world.executions[begun]?.status ?? 'RUNNING') !== 'RUNNING', { limitMs: 1e9 });
      const [table = ''] = world.stack.idsOf('AWS::DynamoDB::Table');
      const context = lambdaContext(world.user, { [ENV.table]: world.stack.ref(table) }, { clock: world.clock });
      const record = await world.run(
        dynamodbRecords(context).readRecord(ENDPOINT, world.executions[begun]?.name ?? ''),
      );
      if (record === undefined) throw new Error(`the rollout of ${name} left no record`);
      return record;
    };
    const first = await rollOut('v1');
    comeUsers(app, first.state?.config.functionName ?? '', served);
    await world.runFor(BASELINE_MINUTES * MINUTE_MS);
    for (let index = 0; index < pairs; index += 1) {
      const inputs = [{ name: 'x', datatype: 'FP32', shape: [1, 2], data: [index % 3, index / pairs] }];
      const key = capturedKey(ENDPOINT, world.clock.now() - MINUTE_MS, `r-${index}`);
      await world.run(app.put(key, JSON.stringify({ inputs })));
    }
    const record = await rollOut('v2');
    return measured(record, world.executions.at(-1)?.transitions ?? 0);
  } finally {
    await world.stop();
  }
}

function measured(record: RolloutRecord, transitions: number): MeasuredReplay {
  const { replay, timeline = [] } = record.state ?? {};
  if (replay === undefined || record.state === undefined) throw new Error('nothing was replayed');
  const ended = timeline.find(({ state }) => state === STATES.replayTraffic)?.at ?? replay.since;
  const usd = costOf(record, PRICES_2026_11).usd;
  const unasked = { ...replay, chunks: 0, asked: 0, seconds: 0, serverSeconds: 0 };
  const without = costOf({ ...record, state: { ...record.state, replay: unasked } }, PRICES_2026_11).usd;
  return {
    seconds: (Date.parse(ended) - Date.parse(replay.since)) / 1000,
    asked: replay.asked,
    verdict: replay.verdict ?? 'none',
    transitions,
    outcome: record.outcome ?? record.status,
    usd,
    replayUsd: usd - without,
  };
}

/**
 * How little harm must be excluded for the proof to take nearly so many pairs: without a failure each multiplies the
 * evidence by 1 + .95 d, and the proof is at 20, so d = ln 20 / (.95 n); the mixture of stakes takes a sixth more.
 */
const harmThatTakes = (pairs: number): number => Math.max(0.0006, ((7 / 6) * Math.log(20)) / (0.95 * 0.97 * pairs));

/** A call takes longer than the model: what is billed is then a little too much. */
function onItsWay(runtime: FunctionRuntime): FunctionRuntime {
  return {
    ...runtime,
    invoke: async (version, events, context) =>
      (await runtime.invoke(version, events, context)).map((one) => ({ ...one, durationMs: one.durationMs + WAY_MS })),
  };
}

function comeUsers({ world }: EmbeddedApp, functionName: string, served: Parameters<typeof fakeTraffic>[0]): void {
  const model = fakeTraffic(served, ENDPOINT);
  const everyMs = MINUTE_MS / USERS_PER_MINUTE;
  const loop = (): void => {
    world.clock.setTimeout(loop, everyMs);
    world.services.lambda.simulateTraffic({ functionName, qualifier: LIVE_ALIAS, requests: 1 }, model);
  };
  world.clock.scopes.detached(() => world.clock.setTimeout(loop, 0));
}
