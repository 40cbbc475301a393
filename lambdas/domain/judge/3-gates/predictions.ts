import { asGoodAsBlue } from '../2-evidence/alternatives';
import type { Evidence, SideCounts } from '../../evidence';
import type { JudgeSettings } from '../judgement';
import type { Counter } from './counter';
import { historyOf, pairMinutes } from './pair-minutes';

const answersOf = (side: Pick<SideCounts, 'classes'>): number => side.classes.reduce((sum, count) => sum + count, 0);

/** Growth by so much is harm, whatever verification showed. */
const LARGEST_HARM = 0.99;

/** One-sided 95 %: what was seen on a sample of requests is expected with its uncertainty. */
const STANDARD_ERRORS = 1.645;

/**
 * Each class's share of the answers: no share may grow by more than verification showed on the very same requests, plus the
 * tolerance. Under any drift some share must grow, so growth alone is tested, and a share that verification saw fall may
 * as well stay. Requests that got no answer are not in it; they are the errors gate's.
 */
export function predictionCounters(
  evidence: Evidence,
  settings: NonNullable<JudgeSettings['gates']['predictions']>,
): Counter[] {
  const { classNames } = evidence;
  return classNames.map((className, index): Counter => {
    const classOf = (side: Pick<SideCounts, 'classes'>) => side.classes[index] ?? 0;
    const minutes = pairMinutes(evidence, classOf, answersOf);
    const history = historyOf(evidence, classOf, answersOf);
    const expectedPoints = expectedGrowth(evidence, index);
    // Answers are what is left of routed requests, so the alias weight is not the chance that an answer is green's.
    const share = 'realised';
    return {
      subject: { gate: 'predictions', className, tolerancePoints: settings.tolerancePoints, expectedPoints },
      part: 1 / classNames.length,
      minutes,
      history,
      margin: { ratio: 1, points: settings.tolerancePoints + expectedPoints },
      share,
      harm: {
        minutes,
        test: {
          // Beyond 1 no rate could be harmful, and nothing be proven.
          margin: { ratio: 1, points: Math.min(settings.harmPoints + expectedPoints, LARGEST_HARM) },
          alternatives: asGoodAsBlue,
          history,
          share,
        },
      },
    };
  });
}

/** Growth of a class's share that is no surprise after verification, 0 to 1. */
function expectedGrowth({ expectedShift }: Evidence, index: number): number {
  const seen = expectedShift?.classes[index];
  return seen ? Math.min(1, Math.max(0, seen.shift + STANDARD_ERRORS * seen.standardError)) : 0;
}
