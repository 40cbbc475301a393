import type { RolloutState } from '../../contract/rollout-state';
import { scoreBinName } from '../../domain/score-bins';

/** What people call a class index: its name, the scores in its bin, or the number itself. */
export function classNameOf(
  { config, scoreBins }: Pick<RolloutState, 'config' | 'scoreBins'>,
  numbers: NonNullable<RolloutState['verification']>,
): (index: number) => string {
  const { classNames } = config.settings;
  const isScore = numbers.goldenError !== undefined || numbers.replayDifference !== undefined;
  return (index) => {
    if (isScore && scoreBins) return scoreBinName(scoreBins, index);
    return `class ${classNames === undefined ? index : (classNames[index] ?? 'other')}`;
  };
}
