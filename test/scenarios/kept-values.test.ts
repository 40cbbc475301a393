import type { FakeModel } from '../../simulator/fake-model';
import type { KeptAs } from '../../simulator/services/cloudwatch/statistic';
import { ENDPOINT, Scene, templateOf } from './harness';

/*
 * Whether CloudWatch keeps values or bins of 10 %, in which it interpolates, is not documented: verdicts must not hang
 * on it.
 */
const even = (length: number, grown?: number, by = 0) =>
  Array.from({ length }, (_, index) => 1 / length + (index === grown ? by : -by / (length - 1)));

const CASES: readonly (readonly [what: string, green: Partial<FakeModel>, expected: string])[] = [
  ['a good green', {}, 'promoted'],
  [
    'class 13 in place of class 12',
    { classes: even(20).map((share, at) => (at === 12 ? 0 : at === 13 ? 2 * share : share)) },
    'predictions',
  ],
  ['class 17 for a tenth more', { classes: even(20, 17, 0.1) }, 'predictions'],
  ['failures', { errorRate: 0.05 }, 'errors'],
  ['slowness', { latencyMs: 30 }, 'latency'],
];

describe.each(['values', 'bins'] as const satisfies readonly KeptAs[])('where CloudWatch keeps %s', (kept) => {
  it.each(CASES)('%s ends the same', async (_, green, expected) => {
    const scene = await Scene.open({ cloudwatch: { kept }, template: templateOf({ name: ENDPOINT }) });
    await scene.serve({ name: 'v1', classes: even(20) });
    const { record } = await scene.rollout({ name: 'v2', classes: even(20), ...green });
    expect(record?.outcome === 'promoted' ? 'promoted' : record?.state?.judgement?.gate).toBe(expected);
  });
});
