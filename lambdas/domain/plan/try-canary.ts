import { type JudgeSettings, judgeGates, gatesOf } from '../gates/gates';
import {
  AS_GOOD_AS_BLUE,
  type Regression,
  type Scale,
  type ScaleName,
  deciding,
  type JudgedGate,
  judgedGate,
} from '../gates/gate';
import { endsOnProof, minimumMinutes, plannedMinutes, type StrategyStep } from '../strategy';
import { type DrawnCanary, drawCanary, type Simulated, evidenceOfCanary } from './draw-canary';
import { type PlanQuestion, simulated, scalesOf } from './question';
import type { Random } from './coins';
import { lookedAt, type Schedule, SETTLE_MINUTES } from './schedule';
import { combine, decide, isNonInferior, type Rules } from '../judge/verdict';
import type { Evidence } from '../evidence';
import type { GateName } from '../gates/names';

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
export function canariesOf(question: PlanQuestion, steps: readonly StrategyStep[]): (random: Random) => TriedCanary {
  const { what, settings, outcome } = judgedCanaries(question, steps);
  const { minutes, plannedMinutes: planned } = what.schedule;
  const share = steps.reduce((sum, { weight, bakeMinutes }) => sum + weight * bakeMinutes, 0) / 100;
  const found = finder(question, what, settings, {
    minutes: plannedMinutes(steps),
    share: share / plannedMinutes(steps),
  });
  return (random) => {
    const canary = drawCanary(what, random);
    return {
      greenRequests: steps.map((_, step) =>
        requestsOf(canary, (minute) => minute < planned && minutes[minute]?.step === step),
      ),
      good: outcome(canary, AS_GOOD_AS_BLUE),
      feared: fearedStops(what.schedule, canary, outcome),
      found: found(canary),
    };
  };
}

export const fearedStops = (
  schedule: Schedule,
  canary: DrawnCanary,
  outcome: (canary: DrawnCanary, regression: Regression) => CanaryOutcome,
): TriedCanary['feared'] =>
  Object.fromEntries(
    FEARED_NAMES.map((name) => [name, stopOf(schedule, canary, outcome(canary, FEARED[name]))]),
  ) as TriedCanary['feared'];

/** Per scale, the place of the smallest size that is stopped in a drawn canary. */
export function finder(
  question: PlanQuestion,
  what: Simulated,
  settings: JudgeSettings,
  expected: Expected,
): (canary: DrawnCanary) => TriedCanary['found'] {
  const scales = scalesOf(question).map((scale) => ({ ...scale, guess: firstGuess(scale, question, expected) }));
  const ending = endsOnProof(what.schedule.steps);
  return (canary) => {
    const gates = judgeGates(evidenceOfCanary(what, canary, AS_GOOD_AS_BLUE), settings);
    const stops = (gate: Scale['gate'], regression: Regression) => {
      const evidence = evidenceOfCanary(what, canary, regression);
      return outcomeOf(evidence, gatesWith(gates, gate, evidence, settings), settings, ending).ends === 'stopped';
    };
    return Object.fromEntries(
      scales.map(({ name, gate, sizes, guess, regressionOf }) => [
        name,
        smallestFound(sizes.length, guess, (place) => stops(gate, regressionOf(sizes[place] ?? 0))),
      ]),
    );
  };
}

/** What a suggestion rests on: does a good green pass, and is a green stopped that fails five points more often? */
export interface CheckedCanary {
  readonly good: CanaryOutcome;
  readonly fivePoints: CanaryOutcome;
}

export function checksOf(question: PlanQuestion, steps: readonly StrategyStep[]): (random: Random) => CheckedCanary {
  const { what, outcome } = judgedCanaries(question, steps);
  return (random) => {
    const canary = drawCanary(what, random);
    return { good: outcome(canary, AS_GOOD_AS_BLUE), fivePoints: outcome(canary, FEARED['five-points']) };
  };
}

function judgedCanaries(question: PlanQuestion, steps: readonly StrategyStep[]) {
  const what: Simulated = simulated(question, steps, question.extendMinutes);
  const settings: JudgeSettings = { ...question.judge, minimumMinutes: minimumMinutes(steps) };
  return { what, settings, outcome: outcomes(what, settings) };
}

export const outcomes =
  (what: Simulated, settings: JudgeSettings) =>
  (canary: DrawnCanary, regression: Regression): CanaryOutcome => {
    const evidence = evidenceOfCanary(what, canary, regression);
    return outcomeOf(evidence, judgeGates(evidence, settings), settings, endsOnProof(what.schedule.steps));
  };

/** Until a minute is looked at, and while it settles, green goes on serving. */
function stopOf(schedule: Schedule, canary: DrawnCanary, outcome: CanaryOutcome): Stop {
  if (outcome.ends !== 'stopped') return { outcome, greenRequests: undefined };
  const last = lookedAt(schedule, outcome.minute) + SETTLE_MINUTES;
  const shown = requestsOf(canary, (minute) => minute < last);
  const beyond = Math.max(0, last - canary.minutes.length) * (canary.minutes.at(-1)?.green.requests ?? 0);
  return { outcome, greenRequests: shown + beyond };
}

const requestsOf = ({ minutes }: DrawnCanary, counts: (minute: number) => boolean): number =>
  minutes.reduce((sum, { green }, minute) => (counts(minute) ? sum + green.requests : sum), 0);

/** ln(1/0.01), and what the parts of gates and effect sizes cost: the planning rule's nats, give or take. */
const NATS_TO_FIND = 9;

/** How much there is to find something in: minutes, and green's share of their traffic. */
export interface Expected {
  readonly minutes: number;
  readonly share: number;
}

/** Where the planning rule expects the smallest size that so many minutes find. */
function firstGuess(scale: Scale, { day }: PlanQuestion, { minutes, share }: Expected): number {
  const perMinute = day.minutes.reduce((sum, { requests }) => sum + requests, 0) / Math.max(1, day.minutes.length);
  const green = perMinute * minutes * share;
  const place = scale.sizes.findIndex(
    (size) => scale.worth(size, Math.min(0.99, Math.max(0.01, share))) * green >= NATS_TO_FIND,
  );
  return place < 0 ? scale.sizes.length - 1 : place;
}

/**
 * The first place of a list of growing sizes from which on `found` holds, the list's length where it never does. Begins
 * at `guess`, strides away from it with doubled steps, and halves what lies between. A larger size is taken to be found
 * whenever a smaller one is: with common random numbers that is so but for rare exceptions.
 */
export function smallestFound(length: number, guess: number, found: (place: number) => boolean): number {
  let [low, high] = [-1, length];
  let [at, stride] = [Math.min(Math.max(0, guess), length - 1), 1];
  while (high - low > 1) {
    if (found(at)) high = at;
    else low = at;
    if (low === -1) at = Math.max(0, high - stride);
    else if (high === length) at = Math.min(length - 1, low + stride);
    else at = (low + high) >> 1;
    stride *= 2;
  }
  return high;
}

/** How a canary ends, as far as the judge decides it. Minutes are counted ones, 1 for the first. */
export type CanaryOutcome =
  | { readonly ends: 'stopped'; readonly minute: number; readonly gate: GateName }
  | { readonly ends: 'passed'; readonly minute: number; readonly extended: boolean }
  | { readonly ends: 'inconclusive'; readonly gate: GateName | undefined };

/**
 * What all the looks of a rollout at this evidence decide: `fail` at whichever minute stands, `pass` counts at the end
 * of the bake, of a canary that ends on proof from its minimum on, and at every look of an extension. The judge's
 * numbers of a minute do not depend on later ones, so that its gates are computed once for all looks, and without the
 * words; test/cli/plan holds this to be what the looks of `judge` say.
 */
export function outcomeOf(
  evidence: Evidence,
  all: readonly JudgedGate[],
  settings: JudgeSettings,
  endsOnProof = false,
): CanaryOutcome {
  const gates = deciding(all);
  const length = evidence.rows.length;
  const rules: Rules = {
    logLimit: Math.log(1 / settings.falseAlarmRate),
    logNonInferiorityLimit: Math.log(1 / settings.missRate),
    minimumMinutes: settings.minimumMinutes,
    plannedMinutes: evidence.horizonMinutes,
  };
  const combined = combine(gates, length);
  const bakeEnd = Math.min(evidence.horizonMinutes, length);
  for (let minute = endsOnProof ? Math.min(settings.minimumMinutes, bakeEnd) : bakeEnd; minute <= length; minute++) {
    if (!gates.every((gate) => isNonInferior(gate, minute, rules)) && minute < length) continue;
    const seen = { ...combined, logEvidence: combined.logEvidence.slice(0, minute) };
    const look = decide(gates, seen, minute, rules);
    switch (look.verdict) {
      case 'fail':
        return { ends: 'stopped', minute: look.minute, gate: look.gate.gate };
      case 'pass':
        return { ends: 'passed', minute, extended: minute > bakeEnd };
      case 'inconclusive':
        if (minute === length) return { ends: 'inconclusive', gate: look.gate?.gate };
        break;
      case 'continue':
        break;
    }
  }
  return { ends: 'inconclusive', gate: undefined };
}

/** The gates with one of them judged afresh: a regression that the others do not count leaves them as they were. */
function gatesWith(
  known: readonly JudgedGate[],
  only: GateName,
  evidence: Evidence,
  settings: JudgeSettings,
): readonly JudgedGate[] {
  const fresh = gatesOf(settings.gates).find(({ name }) => name === only);
  return known.map((gate) => (gate.gate === only && fresh ? judgedGate(fresh, evidence) : gate));
}
