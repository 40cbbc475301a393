import type { Dice } from './dice';
import type { OperationPlan } from './plan';

/** What people do with the operations of the command line, in some runs. */
export function drawOperations(
  dice: Dice,
  names: readonly [string, ...string[]],
  untilMs: number,
): readonly OperationPlan[] {
  if (!dice.chance(0.3)) return [];
  return dice.times(dice.int(1, 4), () => ({
    // Most come early, as the uploads do, so that they meet them.
    atMs: Math.floor(untilMs * dice.share() ** 1.5),
    endpoint: dice.pick(names),
    what: dice.weighted<OperationPlan['what']>([
      ...([
        ['promote', 5],
        ['approve', 3],
        ['reject', 2],
        ['abort', 3],
      ] as const),
      ...([
        ['postpone', 1],
        ['postpone no longer', 1],
      ] as const),
    ]),
    // A person who is refused tries again in a minute: the first look at a canary takes some.
    tries: dice.int(1, 8),
  }));
}
