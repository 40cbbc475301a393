import type { MetricDataQuery } from '@aws-sdk/client-cloudwatch';
import type { Strategy } from '../../lambdas/domain/strategy';
import { transitionsOf } from '../../lambdas/domain/stretches';
import { Scene } from './harness';

/**
 * USD, us-east-1, November 2026: 0.025 per 1,000 transitions, 0.01 per 1,000 metrics that GetMetricData is asked for.
 */
const TRANSITION_USD = 0.025 / 1000;
const METRIC_USD = 0.01 / 1000;
/** 1 USD per million events. */
const EVENT_USD = 1 / 1e6;
/** 0.5 GB for a second, arm64; most steps take a quarter of that. */
const STEP_USD = 0.5 * 0.0000133334;

const TEN_CLASSES = new Array<number>(10).fill(0.1);

const STRATEGIES = ['Auto', 'Canary10Percent15Minutes'] as const;
const baking = (...minutes: readonly number[]): Strategy => ({
  steps: minutes.map((bakeMinutes, index) => ({ weight: 10 + 20 * index, bakeMinutes })),
});

it.each([...STRATEGIES, 'Linear10PercentEvery1Minute', baking(1, 14), baking(5, 5, 5), baking(3, 4, 4, 4)] as const)(
  'takes at most 60 state transitions with default settings, everything counted: %j',
  async (strategy) => {
    const scene = await Scene.open({ settings: { strategy } });
    // Auto takes longer where there is less; its canary and its watch together are as long as the other.
    scene.requestsPerMinute = 1_500;
    await scene.serve();
    const { execution, record } = await scene.rollout({ name: 'v2' });
    expect(record).toMatchObject({ outcome: 'promoted', decidedBy: 'judge' });
    const { plan, weights } = record!.state!;
    expect(plan.strategy).toEqual(strategy);
    expect(execution.transitions).toBeLessThanOrEqual(60);
    const looks = scene.world.timeline(execution.arn).filter(({ state }) => /^Judge/.test(state)).length;
    expect(execution.transitions).toBe(transitionsOf({ weights: weights.length - 1, looks, chunks: 0 }));
  },
);

it.each(STRATEGIES)(
  'costs at most one cent of transitions, look-ups and steps, with ten classes: %s',
  async (strategy) => {
    const scene = await Scene.open({ settings: { strategy } });
    await scene.serve({ name: 'v1', classes: TEN_CLASSES });
    const { hooks } = scene.app.world;
    const before = hooks.calls.length;
    const { execution, record } = await scene.rollout({ name: 'v2', classes: TEN_CLASSES });
    expect(record).toMatchObject({ outcome: 'promoted', decidedBy: 'judge' });
    const metrics = hooks.calls
      .slice(before)
      .filter(({ command }) => command === 'GetMetricData')
      .reduce((sum, { input }) => sum + (input['MetricDataQueries'] as readonly MetricDataQuery[]).length, 0);
    const events = scene.world.events.history.filter(
      ({ source, detail }) => source === 'greenlight' && JSON.stringify(detail).includes(execution.name),
    ).length;
    // One for each shift, and five.
    expect(events).toBe(strategy === 'Auto' ? 7 : 6);
    // Each event is published by a run of its own.
    const usd =
      execution.transitions * TRANSITION_USD + metrics * METRIC_USD + (26 + events) * STEP_USD + events * EVENT_USD;
    expect(usd).toBeLessThanOrEqual(0.01);
  },
);
