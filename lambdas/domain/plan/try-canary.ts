import { judgeGates } from '../judge/3-gates/gates';
import type { JudgeSettings } from '../judge/judgement';
import { plannedMinutes, type StrategyStep } from '../strategy';
import { type DrawnCanary, drawCanary, type Simulated } from './draw-canary';
import { evidenceOfCanary } from './evidence-of-canary';
import { type CanaryOutcome, gatesWith, outcomeOf } from './outcome';
import { type Question, simulated } from './question';
import type { Random } from './random';
import { AS_GOOD_AS_BLUE, type Regression } from './regression';
import { type Scale, type ScaleName, scalesOf } from './scales';
import { SETTLE_MINUTES } from './schedule';
import { smallestFound } from './smallest';

/** Regressions that everybody fears, and asks about first. */
export const FEARED = {
  'total-failure': { type: 'points', points: 1 },
  'five-points': { type: 'points', points: 0.05 },
  'twice-the-errors': { type: 'factor', factor: 2 },
} as const satisfies Record<string, Regression>;
export type FearedName = keyof typeof FEARED;
export const FEARED_NAMES = Object.keys(FEARED) as FearedName[];

export interface Stop {
  readonly outcome: CanaryOutcome;
  /** Green's, until the look that stopped it; undefined where none did. */
  readonly greenRequests: number | undefined;
}

/** One simulated canary, which green went through again and again: as good as blue, and with every regression. */
export interface TriedCanary {
  /** Per step, in its counted minutes; the extension's are not among them. */
  readonly greenRequests: readonly number[];
  readonly good: CanaryOutcome;
  readonly feared: Readonly<Record<FearedName, Stop>>;
  /** Per scale, the place of the smallest size that is stopped before it is promoted; the scale's length for none. */
  readonly found: Partial<Readonly<Record<ScaleName, number>>>;
}

/** Prepares canaries of one strategy; each call tries one. */
export function canariesOf(question: Question, steps: readonly StrategyStep[]): (random: Random) => TriedCanary {
  const { what, settings, outcome } = judgedCanaries(question, steps);
  const { minutes, plannedMinutes: planned } = what.schedule;
  const scales = scalesOf(question);
  const guesses = new Map(scales.map((scale) => [scale.name, firstGuess(scale, question, steps)]));
  return (random) => {
    const canary = drawCanary(what, random);
    const good = evidenceOfCanary(what, canary, AS_GOOD_AS_BLUE);
    const gates = judgeGates(good, settings);
    const stops = (gate: Scale['gate'], regression: Regression) => {
      const evidence = evidenceOfCanary(what, canary, regression);
      return outcomeOf(evidence, gatesWith(gates, gate, evidence, settings), settings).ends === 'stopped';
    };
    return {
      greenRequests: steps.map((_, step) =>
        requestsOf(canary, (minute) => minute < planned && minutes[minute]?.step === step),
      ),
      good: outcomeOf(good, gates, settings),
      feared: Object.fromEntries(
        FEARED_NAMES.map((name) => [name, stopOf(canary, outcome(canary, FEARED[name]))]),
      ) as TriedCanary['feared'],
      found: Object.fromEntries(
        scales.map(({ name, gate, sizes, regressionOf }) => [
          name,
          smallestFound(sizes.length, guesses.get(name) ?? 0, (place) => stops(gate, regressionOf(sizes[place] ?? 0))),
        ]),
      ),
    };
  };
}

/** What a suggestion rests on: does a good green pass, and is a green stopped that fails five points more often? */
export interface CheckedCanary {
  readonly good: CanaryOutcome;
  readonly fivePoints: CanaryOutcome;
}

export function checksOf(question: Question, steps: readonly StrategyStep[]): (random: Random) => CheckedCanary {
  const { what, outcome } = judgedCanaries(question, steps);
  return (random) => {
    const canary = drawCanary(what, random);
    return { good: outcome(canary, AS_GOOD_AS_BLUE), fivePoints: outcome(canary, FEARED['five-points']) };
  };
}

function judgedCanaries(question: Question, steps: readonly StrategyStep[]) {
  const what: Simulated = simulated(question, steps, question.extendMinutes);
  const settings: JudgeSettings = { ...question.judge, minimumMinutes: plannedMinutes(steps) };
  const outcome = (canary: DrawnCanary, regression: Regression) => {
    const evidence = evidenceOfCanary(what, canary, regression);
    return outcomeOf(evidence, judgeGates(evidence, settings), settings);
  };
  return { what, settings, outcome };
}

/** While a minute settles green goes on serving. */
function stopOf(canary: DrawnCanary, outcome: CanaryOutcome): Stop {
  if (outcome.ends !== 'stopped') return { outcome, greenRequests: undefined };
  const last = outcome.minute + SETTLE_MINUTES;
  const shown = requestsOf(canary, (minute) => minute < last);
  const beyond = Math.max(0, last - canary.minutes.length) * (canary.minutes.at(-1)?.green.requests ?? 0);
  return { outcome, greenRequests: shown + beyond };
}

const requestsOf = ({ minutes }: DrawnCanary, counts: (minute: number) => boolean): number =>
  minutes.reduce((sum, { green }, minute) => (counts(minute) ? sum + green.requests : sum), 0);

/** ln(1/0.01), and what the parts of gates and effect sizes cost: the planning rule's nats, give or take. */
const NATS_TO_FIND = 9;

/** Where the planning rule expects the smallest size that the bake finds. */
function firstGuess(scale: Scale, { day }: Question, steps: readonly StrategyStep[]): number {
  const perMinute = day.minutes.reduce((sum, { requests }) => sum + requests, 0) / Math.max(1, day.minutes.length);
  const green = steps.reduce((sum, { weight, bakeMinutes }) => sum + (perMinute * bakeMinutes * weight) / 100, 0);
  const share = green / Math.max(1e-9, perMinute * plannedMinutes(steps));
  const place = scale.sizes.findIndex(
    (size) => scale.worth(size, Math.min(0.99, Math.max(0.01, share))) * green >= NATS_TO_FIND,
  );
  return place < 0 ? scale.sizes.length - 1 : place;
}
