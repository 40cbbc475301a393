import type { Strategy } from '../../lambdas/domain/strategy';
import { floorMinute, SETTLE_MS } from '../../lambdas/domain/minutes';
import type { Execution } from '../../simulator/states/execution';
import { MINUTE, Scene } from './harness';

/** Minutes around that of a shift in which green turns bad: 0 is the minute of the shift itself. */
const AROUND = [-3, -2, -1, 0, 1, 2, 3];
/** Of them, those that settle when the weight has changed already. */
const UNSETTLED = [-2, -1, 0, 1];
/** From when the first bad minute has settled. Users meet green until then. */
const IN_TIME_MS = 2 * MINUTE;
/** Three requests of one minute can be luck; between them and the next that count lies the minute of the shift. */
const IN_TIME_OF_THREE_REQUESTS_MS = 2.5 * MINUTE;

interface Case {
  readonly strategy: Strategy;
  readonly requestsPerMinute: number;
  /** Which change of green's weight: 1 for the second weight; the last is the promotion. */
  readonly change: number;
  readonly around: readonly number[];
}

/** An endpoint of which each rollout is like the one before. */
async function served({ strategy, requestsPerMinute }: Case): Promise<Scene> {
  const onInsufficientEvidence = { extendMinutes: 0, then: 'promote' as const };
  const scene = await Scene.open({
    settings: { strategy, onInsufficientEvidence, keepVersions: 100, watchMinutes: 5 },
  });
  scene.requestsPerMinute = requestsPerMinute;
  await scene.serve();
  return scene;
}

/**
 * Starts a rollout of the model of that name, and waits until green has its first users. Answers the minute of that.
 */
async function begun(scene: Scene, name: string): Promise<{ readonly execution: Execution; readonly first: number }> {
  const versionId = await scene.upload({ name });
  const execution = await scene.started(({ input }) => input.includes(versionId));
  await scene.reaches(execution, 'Bake');
  const record = await scene.record(execution.name);
  return { execution, first: floorMinute(Date.parse(record?.state?.weights[0]?.at ?? '')) };
}

/** Milliseconds from when the first bad minute had settled until blue was alone, of each minute around the change. */
async function measured(one: Case): Promise<readonly (readonly [around: number, ms: number])[]> {
  const scene = await served(one);
  const good = await begun(scene, 'good');
  const { record } = await scene.end(good.execution);
  const changed = Date.parse(record?.state?.weights[one.change]?.at ?? '');
  const until = floorMinute(changed) - good.first;
  await scene.rollout({ name: 'v1' }, { strategy: 'AllAtOnce' });
  await scene.world.runFor(15 * MINUTE);
  const { version: blue } = await scene.alias();
  let alone = NaN;
  scene.world.hooks.onAfter(({ command, input }) => {
    const { FunctionVersion, RoutingConfig } = input as { FunctionVersion?: string; RoutingConfig?: object };
    if (command !== 'UpdateAlias' || FunctionVersion !== blue) return;
    if (!JSON.stringify(RoutingConfig ?? {}).includes('0.')) alone = scene.now;
  });
  const found: (readonly [number, number])[] = [];
  for (const around of one.around) {
    const name = `bad${around}`;
    const { execution, first } = await begun(scene, name);
    const bad = first + until + around * MINUTE;
    await scene.world.runFor(bad - scene.now);
    scene.turn(name, { errorRate: 1 });
    const { record: ended } = await scene.end(execution);
    expect(ended?.outcome).toMatch(/^(aborted|reverted)$/);
    expect(ended?.error).toMatch(/Regressed$/);
    expect(await scene.atRest()).toBe('v1');
    found.push([around, alone - (bad + MINUTE + SETTLE_MS)]);
    await scene.world.runFor(2 * MINUTE);
  }
  return found;
}

const THIRDS = { steps: [10, 25, 50].map((weight) => ({ weight, bakeMinutes: 5 })) };
const STEPS = { steps: [10, 50].map((weight) => ({ weight, bakeMinutes: 5 })) };

it.each([
  { strategy: STEPS, requestsPerMinute: 30, change: 1, around: AROUND },
  { strategy: STEPS, requestsPerMinute: 100, change: 1, around: AROUND },
  { strategy: STEPS, requestsPerMinute: 1_000, change: 1, around: AROUND },
  { strategy: STEPS, requestsPerMinute: 30, change: 2, around: UNSETTLED },
  { strategy: 'Auto', requestsPerMinute: 1_000, change: 1, around: UNSETTLED },
  { strategy: 'Auto', requestsPerMinute: 6_000, change: 2, around: AROUND },
  { strategy: 'Canary10Percent15Minutes', requestsPerMinute: 1_000, change: 1, around: UNSETTLED },
  { strategy: 'Progressive', requestsPerMinute: 1_000, change: 1, around: UNSETTLED },
  // Of its eight shifts there is room for a look after the last three.
  { strategy: 'Linear10PercentEvery1Minute', requestsPerMinute: 100, change: 6, around: UNSETTLED },
  { strategy: 'Linear10PercentEvery1Minute', requestsPerMinute: 100, change: 8, around: UNSETTLED },
  { strategy: THIRDS, requestsPerMinute: 1_000, change: 1, around: AROUND },
  { strategy: THIRDS, requestsPerMinute: 1_000, change: 2, around: AROUND },
  { strategy: THIRDS, requestsPerMinute: 1_000, change: 3, around: UNSETTLED },
] satisfies readonly Case[])(
  'is found within two minutes of its first settled minute: $strategy at $requestsPerMinute a minute, change $change',
  async (one) => {
    const inTime = one.requestsPerMinute < 100 ? IN_TIME_OF_THREE_REQUESTS_MS : IN_TIME_MS;
    const late = (await measured(one)).filter(([, ms]) => !(ms <= inTime));
    expect(late.map(([around, ms]) => `minute ${around}: ${Math.round(ms / 1000)} s`)).toEqual([]);
  },
);
