import { asGoodAsBlue, worseByAnyAmount } from '../2-evidence/alternatives';
import type { TwoArmTest } from '../2-evidence/two-arm';
import type { Evidence, SideCounts } from '../evidence';
import type { JudgeSettings } from '../judgement';
import type { Counter } from './gate';
import { pairMinutes } from './pair-minutes';

const answersOf = (side: SideCounts): number => side.classes.reduce((sum, count) => sum + count, 0);

/**
 * Each class's share of the answers: no share may grow by more than the tolerance. Under any drift some share must grow,
 * so growth alone is tested. Requests that got no answer are not in it; they are the errors gate's.
 */
export function predictionCounters(
  evidence: Evidence,
  settings: NonNullable<JudgeSettings['gates']['predictions']>,
): Counter[] {
  const { classNames, classes } = evidence.baseline;
  const answers = classes.reduce((sum, count) => sum + count, 0);
  return classNames.map((className, index): Counter => {
    const minutes = pairMinutes(evidence, (side) => side.classes[index] ?? 0, answersOf);
    // Answers are what is left of routed requests, so the alias weight is not the chance that an answer is green's.
    const common = { prior: { events: classes[index] ?? 0, requests: answers }, share: 'realised' } as const;
    const tolerance: TwoArmTest = {
      ...common,
      margin: { ratio: 1, points: settings.tolerancePoints },
      alternatives: worseByAnyAmount,
    };
    const harm: TwoArmTest = {
      ...common,
      margin: { ratio: 1, points: settings.harmPoints },
      alternatives: asGoodAsBlue,
    };
    return {
      subject: { gate: 'predictions', className, tolerancePoints: settings.tolerancePoints },
      part: 1 / classNames.length,
      minutes,
      tolerance,
      harm: { minutes, test: harm },
    };
  });
}
