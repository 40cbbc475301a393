import { blueShare } from '../../lambdas/steps/rollout/progress';
import type { RolloutState } from '../../lambdas/contract/rollout-state';

const at = (time: string): string => `2026-11-30T${time}.000Z`;

/** 10 % from 10:03:30, 50 % from 10:07:15, all from 10:10:00. */
const weights = [
  { at: at('10:03:30'), weight: 10 },
  { at: at('10:07:15'), weight: 50 },
  { at: at('10:10:00'), weight: 100 },
];

it.each([
  ['before any shift', '10:02:00', 1],
  ['in the minute of the first shift', '10:03:00', 0.95],
  ['between two', '10:05:00', 0.9],
  ['in the minute of the second, by the time of each', '10:07:00', 0.25 * 0.9 + 0.75 * 0.5],
  ['after it', '10:08:00', 0.5],
])('blue’s share of the traffic %s', (_, minute, share) => {
  expect(blueShare({ weights } as unknown as RolloutState, at(minute), 0)).toBeCloseTo(share, 9);
});

it('is that of so many minutes earlier', () => {
  expect(blueShare({ weights } as unknown as RolloutState, at('10:15:00'), 7)).toBe(0.5);
});
