import type * as z from 'zod';
import { asGoodAsBlue } from '../statistics/mixture';
import { type Evidence, evidenceByMeasure, type SideCounts } from '../evidence';
import { count, percent, points } from '../numbers';
import { type Count, totalOf } from '../statistics/counts';
import { informationPerGreenRequest } from '../statistics/information';
import type { Reach } from '../statistics/two-arm';
import {
  classInWords,
  type ShareMove,
  SHARE_MOVES,
  marginsOf,
  provableHarm,
  shareLimit,
  type ShareLimit,
  shareMargins,
  gainedByGreen,
} from './class-margins';
import { callersChanged } from './callers';
import { type Counter, type CounterWords, judgeCounter } from './counter';
import { type GateKind, reachOf, historyOf, pairMinutes, type Scale, sizesFrom } from './gate';
import { gateSettings, orderedMargins } from './margins';

const answersOf = (side: Pick<SideCounts, 'classes'>): number => side.classes.reduce((sum, count) => sum + count, 0);

/** Growth by so much is harm, whatever verification showed. */
const LARGEST_HARM = 0.99;

/** Without a person's word a class may not move by more points than these, whatever labels say of a golden set. */
const MOST_EXPECTED = 0.05;

/** One-sided 95 %: what was seen on a sample of requests is expected with its uncertainty. */
const STANDARD_ERRORS = 1.645;

const settings = gateSettings(shareMargins);
type PredictionSettings = z.output<typeof settings>;

/** What the answers are: no class, or range of a number, and not all together, may grow or shrink by more than this. */
export const predictions: GateKind<typeof settings> = {
  settings,
  scales: {
    predictions: { says: 'answers move to the next class', unit: 'points' },
    'predictions-lost': { says: 'of the rarest class are lost', unit: 'percent' },
  },
  pairs: ({ tolerancePoints, harmPoints, rare }) => [
    { name: 'points', tolerance: tolerancePoints, harm: harmPoints, path: ['harmPoints'] },
    ...orderedMargins(rare).map((one) => ({ ...one, of: 'rare classes', path: ['rare', ...one.path] })),
  ],
  gate: (chosen) => ({
    name: 'predictions',
    mode: chosen.mode,
    part: 0.17,
    noun: 'answer',
    nothing: "blue's answers before the canary set no classes to compare",
    notJudged: (evidence) => evidence.uncounted ?? callersChanged(evidence),
    silence,
    judge: (evidence) =>
      evidenceByMeasure(evidence).flatMap((measure, _, all) => {
        const reach = reachOf(measure, historyOf(measure, answersOf, answersOf));
        // Each class of each measure, in both directions: together they may be lacking.
        const proofs = 2 * evidence.classNames.length;
        const { name = 'class' } = measure.measures?.[0] ?? {};
        return predictionCounters(measure, marginsOf(name, chosen), { reach, proofs }).map((one) =>
          judgeCounter({ ...one, part: one.part / all.length }, reach, measure),
        );
      }),
    planned: {
      scales: ({ measure, classes }) => moved(classes, marginsOf(measure, chosen)),
      notTried: ({ classes }) =>
        classes.filter((answers) => answers > 0).length === 1
          ? [{ kind: 'predictions', why: 'blue gave one answer alone in these minutes' }]
          : [],
      lacks: ({ classes }) =>
        classes.some((answers) => answers > 0)
          ? undefined
          : 'no answers per class are known; as long as that is so, it is never proven',
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

function moved(classes: readonly number[], { tolerancePoints, rare }: PredictionSettings): readonly Scale[] {
  const answers = classes.reduce((sum, one) => sum + one, 0);
  const shares = classes.flatMap((one) => (one > 0 ? [one / answers] : [])).sort((a, b) => b - a);
  const [most = 0, second = 0] = shares;
  if (!(second > 0)) return [];
  const rarest = shares.at(-1) ?? second;
  const tolerance = { points: tolerancePoints, rare: rare.tolerance, expected: 0 };
  const [{ margin }, loss] = [shareLimit('grow', second, tolerance), shareLimit('shrink', rarest, tolerance)];
  return [
    {
      name: 'predictions',
      gate: 'predictions',
      sizes: sizesFrom(0.002, most),
      regressionOf: (size) => ({ type: 'moved', points: size }),
      worth: (size, share) => informationPerGreenRequest(second, Math.min(1, second + size), share, margin),
    },
    {
      name: 'predictions-lost',
      gate: 'predictions',
      sizes: sizesFrom(0.1, 1),
      regressionOf: (part) => ({ type: 'lost', part }),
      worth: (part, share) => informationPerGreenRequest(1 - rarest, 1 - rarest * (1 - part), share, loss.margin),
    },
  ];
}

function wordsOf(
  direction: ShareMove,
  className: string,
  { tolerancePoints, rare }: PredictionSettings,
  tolerated: ShareLimit,
  expected: number,
): CounterWords {
  const name = classInWords(className);
  const [counts, more, larger] =
    direction === 'grow' ? [name, 'more', 'larger'] : [`other classes than ${className}`, 'less', 'smaller'];
  const { ratio, points: absolute } = rare.tolerance;
  const [one, other] = direction === 'grow' ? ["green's", "blue's"] : ["blue's", "green's"];
  const amount = tolerated.rare
    ? `${one} up to ${ratio} times ${other} + ${points(absolute)}`
    : `${points(tolerancePoints)} ${more}`;
  const vouched = expected > 0 ? `${points(expected)} ${more} expected from verification, ` : '';
  const ofClass = ({ events, requests }: Count): Count =>
    direction === 'grow' ? { events, requests } : { events: requests - events, requests };
  return {
    counts: `answers of ${counts}`,
    harmless: `that its share of ${name} is not harmfully ${larger}`,
    comparison: (blue, green) =>
      `${name} is ${partOf(ofClass(green), "green's")} and ${partOf(ofClass(blue), "blue's")}, ` +
      `${vouched}${amount} tolerated`,
  };
}

const partOf = ({ events, requests }: Count, whose: string): string =>
  requests === 0
    ? `none of ${whose} answers`
    : `${percent(events / requests)} of ${whose} answers (${count(events)} of ${count(requests)})`;

/** Of the bet, with more than two classes: all of them as one count. The rest goes evenly to each in each direction. */
const PART_OF_ALL = 0.2;

/** What decides which harm a good green can be asked to exclude: its traffic, and how many proofs the gate asks for. */
interface AskedToExclude {
  readonly reach: Reach;
  readonly proofs: number;
}

/**
 * Each class's share of the answers, in both directions, and all classes together: no share may grow or shrink by more
 * than verification showed on the very same requests, plus the tolerance. Of two classes one grows as the other
 * shrinks; of many each may move a little. Requests that got no answer are not in it; they are the errors gate's.
 *
 * The parts sum to 1: 0.2 for all together, and (1 - 0.2) / n for each of the n counts of one class in one direction. A
 * class that is so rare that it may vanish within the tolerance is not counted for shrinking.
 */
function predictionCounters(evidence: Evidence, chosen: PredictionSettings, asked: AskedToExclude): Counter[] {
  const { classNames } = evidence;
  // What grows comes first: of two classes one grows as the other shrinks, and the reason names what there is too much
  // of.
  const single = SHARE_MOVES.flatMap((direction) =>
    classNames.flatMap((_, index) => classCounter(evidence, chosen, asked, index, direction) ?? []),
  );
  const together = classNames.length > 2 ? [allTogether(evidence, chosen)] : [];
  const left = together.length === 0 ? 1 : 1 - PART_OF_ALL;
  return [...single.map((counter) => ({ ...counter, part: left / single.length })), ...together];
}

/** Undefined where the tolerance leaves nothing to find. */
function classCounter(
  evidence: Evidence,
  chosen: PredictionSettings,
  asked: AskedToExclude,
  index: number,
  direction: ShareMove,
): Omit<Counter, 'part'> | undefined {
  const className = evidence.classNames[index] ?? '';
  const classOf = (side: Pick<SideCounts, 'classes'>) => side.classes[index] ?? 0;
  const otherThan = (side: Pick<SideCounts, 'classes'>) => answersOf(side) - classOf(side);
  const counted = direction === 'grow' ? classOf : otherThan;
  const minutes = pairMinutes(evidence, counted, answersOf);
  const history = historyOf(evidence, counted, answersOf);
  const { events, requests } = totalOf(historyOf(evidence, classOf, answersOf));
  const usual = (events + 0.5) / (requests + 1);
  const expected = expectedMove(evidence, index, direction);
  const tolerated = shareLimit(direction, usual, {
    ...{ points: chosen.tolerancePoints, rare: chosen.rare.tolerance, expected },
  });
  if (tolerated.boundary <= 0) return undefined;
  const harm = harmOf(evidence, chosen, { direction, usual, expected, history, ...asked });
  // Answers are what is left of routed requests, so the alias weight is not the chance that an answer is green's.
  const share = 'realised';
  return {
    words: wordsOf(direction, className, chosen, tolerated, expected),
    minutes,
    history,
    margin: tolerated.margin,
    share,
    ...(harm.asked && {
      harm: { minutes, test: { margin: harm.asked.margin, alternatives: asGoodAsBlue, history, share } },
    }),
    ...(harm.notAsked !== undefined && { notAsked: { what: harm.notAsked(classInWords(className)), share: usual } }),
  };
}

interface ShareHarm {
  readonly asked?: ShareLimit;
  readonly notAsked?: (className: string) => string;
}

/** Which harm of a class must be excluded, and which is harm but cannot be. */
function harmOf(
  evidence: Evidence,
  { harmPoints, rare }: PredictionSettings,
  of: {
    readonly direction: ShareMove;
    readonly usual: number;
    readonly expected: number;
    readonly history: readonly Count[];
  } & AskedToExclude,
): ShareHarm {
  const { direction, usual, expected, history, reach, proofs } = of;
  const margins = { points: harmPoints, rare: rare.harm, expected };
  const harmful = shareLimit(direction, usual, margins);
  // No share is so small: there is nothing to lose.
  if (harmful.boundary <= 0) return {};
  const weight = evidence.rows[0]?.weight ?? 0.5;
  const provable = provableHarm(direction, history, usual, margins, { reach, weight, proofs });
  const asked = provable ?? (direction === 'grow' ? byPoints(usual, harmPoints + expected) : undefined);
  const isWhole = asked !== undefined && Math.abs(asked.boundary - harmful.boundary) < 1e-9;
  return {
    ...(asked && { asked: { ...asked, margin: { ...asked.margin, points: capped(direction, asked.margin.points) } } }),
    ...(!isWhole && {
      notAsked: (className) => {
        const move = `${direction === 'grow' ? 'growth' : 'loss'} of ${className} to`;
        const least = asked === undefined ? '' : ` (only to ${percent(Math.min(1, asked.boundary))})`;
        return `${move} ${percent(harmful.boundary)}${least}`;
      },
    }),
  };
}

/** Growth by points is always to be excluded, as far as it takes. */
const byPoints = (usual: number, points: number): ShareLimit => ({
  ...{ margin: { ratio: 1, points }, boundary: usual + points, rare: false },
});

/** Beyond 1 no rate could be harmful, and nothing be proven. */
const capped = (direction: ShareMove, points: number): number =>
  direction === 'grow' ? Math.min(points, LARGEST_HARM) : points;

function allTogether(evidence: Evidence, { togetherPoints, tolerancePoints }: PredictionSettings): Counter {
  const tolerated = Math.max(togetherPoints, tolerancePoints);
  const { minutes, blueRates } = gainedByGreen(evidence);
  const expected = evidence.classNames.reduce((sum, _, index) => sum + expectedMove(evidence, index, 'grow'), 0);
  const vouched = expected > 0 ? `${points(expected)} more expected from verification, ` : '';
  const { name = 'class' } = evidence.measures?.[0] ?? {};
  const classes = name === 'class' ? 'classes' : `ranges of ${name}`;
  return {
    words: {
      counts: `answers of ${classes} that green has given more often than blue`,
      harmless: `that its ${classes} together have not moved harmfully`,
      comparison: (blue, green) =>
        `${classes} that green has given more often are ${partOf(green, "green's")} and ` +
        `${partOf(blue, "blue's")}, ${vouched}${points(tolerated)} more tolerated`,
    },
    part: PART_OF_ALL,
    minutes,
    // Blue's hour has no such count: which classes it is of is decided minute by minute.
    history: [],
    blueRates,
    margin: { ratio: 1, points: Math.min(tolerated + expected, LARGEST_HARM) },
    share: 'realised',
  };
}

/**
 * By how much a class's share may move in a direction after verification, 0 to 1. What no label vouches for excuses
 * nothing: a model that answers one class to everything does so in verification as well.
 */
function expectedMove({ expectedShift }: Evidence, index: number, direction: ShareMove): number {
  const seen = expectedShift?.classes[index];
  if (expectedShift?.labelled !== true || seen === undefined) return 0;
  const shift = direction === 'grow' ? seen.shift : -seen.shift;
  if (shift <= 0) return 0;
  const most = expectedShift.approved === true ? 1 : MOST_EXPECTED;
  return Math.min(most, shift + STANDARD_ERRORS * seen.standardError);
}
