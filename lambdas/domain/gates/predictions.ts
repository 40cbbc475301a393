import * as z from 'zod';
import { asGoodAsBlue } from '../statistics/alternatives';
import type { Evidence, SideCounts } from '../evidence';
import { count, percent, points } from '../numbers';
import type { Count } from '../statistics/counts';
import { informationPerGreenRequest } from '../statistics/information';
import { type Counter, type CounterWords, judgeCounter } from './counter';
import type { GateKind } from './gate';
import { gateSettings } from './margins';
import { reachOf } from './reach';
import { type Scale, sizesFrom } from './scale';
import { historyOf, pairMinutes } from './pair-minutes';

const answersOf = (side: Pick<SideCounts, 'classes'>): number => side.classes.reduce((sum, count) => sum + count, 0);

/** Growth by so much is harm, whatever verification showed. */
const LARGEST_HARM = 0.99;

/** Without a person's word a class may not move by more points than these, whatever labels say of a golden set. */
const MOST_EXPECTED = 0.05;

/** One-sided 95 %: what was seen on a sample of requests is expected with its uncertainty. */
const STANDARD_ERRORS = 1.645;

const settings = gateSettings({
  tolerancePoints: z.number().min(0).max(1).default(0.01),
  harmPoints: z.number().min(0).max(1).default(0.05),
});
type PredictionSettings = z.output<typeof settings>;

/** What the answers are: no class (or score bin) may grow by more than this share of answers. */
export const predictions: GateKind<typeof settings> = {
  settings,
  pairs: ({ tolerancePoints, harmPoints }) => [
    { name: 'points', tolerance: tolerancePoints, harm: harmPoints, path: ['harmPoints'] },
  ],
  gate: (chosen) => ({
    name: 'predictions',
    mode: chosen.mode,
    part: 0.17,
    noun: 'answer',
    nothing: "blue's answers before the canary set no classes to compare",
    silence,
    judge: (evidence) =>
      predictionCounters(evidence, chosen).map((one) => judgeCounter(one, reachOf(evidence, one.history), evidence)),
    planned: {
      scales: ({ classes }) => moved(classes, chosen),
      notTried: ({ classes }) =>
        classes.filter((answers) => answers > 0).length === 1
          ? [{ kind: 'predictions', why: 'blue gave one answer alone in these minutes' }]
          : [],
      lacks: ({ classes }) => (classes.some((answers) => answers > 0) ? undefined : 'no answers per class are known'),
    },
  }),
};

function silence({ rows, classNames }: Evidence): string | undefined {
  const sum = (of: (green: SideCounts) => number) => rows.reduce((total, { green }) => total + of(green), 0);
  const answered = sum((one) => one.invocations - one.errors);
  return answered > 0 && sum(answersOf) === 0 && classNames.length >= 2
    ? `${answered} answered requests, and not one of their predictions`
    : undefined;
}

function moved(classes: readonly number[], { tolerancePoints }: PredictionSettings): readonly Scale[] {
  const answers = classes.reduce((sum, one) => sum + one, 0);
  const [most = 0, second = 0] = [...classes].sort((a, b) => b - a).map((one) => one / answers);
  if (!(second > 0)) return [];
  return [
    {
      name: 'predictions',
      gate: 'predictions',
      sizes: sizesFrom(0.002, most),
      regressionOf: (size) => ({ type: 'moved', points: size }),
      worth: (size, share) =>
        informationPerGreenRequest(second, Math.min(1, second + size), share, { ratio: 1, points: tolerancePoints }),
    },
  ];
}

function wordsOf(className: string, tolerancePoints: number, expectedPoints: number): CounterWords {
  const part = ({ events, requests }: Count, whose: string) =>
    requests === 0
      ? `none of ${whose} answers`
      : `${percent(events / requests)} of ${whose} answers (${count(events)} of ${count(requests)})`;
  const expected = expectedPoints > 0 ? `${points(expectedPoints)} more expected from verification, ` : '';
  const name = classInWords(className);
  return {
    counts: `answers of ${name}`,
    harmless: `that its share of ${name} is not harmfully larger`,
    comparison: (blue, green) =>
      `${name} is ${part(green, "green's")} and ${part(blue, "blue's")}, ${expected}${points(tolerancePoints)} more tolerated`,
  };
}

/** "class 7"; a name that says what it is, such as a score's bin, stays as it is. */
const classInWords = (name: string): string => (/^(class|score) ?/i.test(name) ? name : `class ${name}`);

/**
 * Each class's share of the answers: no share may grow by more than verification showed on the very same requests, plus the
 * tolerance. Under any drift some share must grow, so growth alone is tested, and a share that verification saw fall may
 * as well stay. Requests that got no answer are not in it; they are the errors gate's.
 */
function predictionCounters(evidence: Evidence, { tolerancePoints, harmPoints }: PredictionSettings): Counter[] {
  const { classNames } = evidence;
  return classNames.map((className, index): Counter => {
    const classOf = (side: Pick<SideCounts, 'classes'>) => side.classes[index] ?? 0;
    const minutes = pairMinutes(evidence, classOf, answersOf);
    const history = historyOf(evidence, classOf, answersOf);
    const expectedPoints = expectedGrowth(evidence, index);
    // Answers are what is left of routed requests, so the alias weight is not the chance that an answer is green's.
    const share = 'realised';
    return {
      words: wordsOf(className, tolerancePoints, expectedPoints),
      part: 1 / classNames.length,
      minutes,
      history,
      margin: { ratio: 1, points: tolerancePoints + expectedPoints },
      share,
      harm: {
        minutes,
        test: {
          // Beyond 1 no rate could be harmful, and nothing be proven.
          margin: { ratio: 1, points: Math.min(harmPoints + expectedPoints, LARGEST_HARM) },
          alternatives: asGoodAsBlue,
          history,
          share,
        },
      },
    };
  });
}

/**
 * By how much a class's share may grow after verification, 0 to 1. What no label vouches for excuses nothing: a model that
 * answers one class to everything does so in verification as well.
 */
function expectedGrowth({ expectedShift }: Evidence, index: number): number {
  const seen = expectedShift?.classes[index];
  if (expectedShift?.labelled !== true || seen === undefined || seen.shift <= 0) return 0;
  const most = expectedShift.approved === true ? 1 : MOST_EXPECTED;
  return Math.min(most, seen.shift + STANDARD_ERRORS * seen.standardError);
}
