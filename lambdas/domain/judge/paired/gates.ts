import type { KeptGates } from '../../gates/gates';
import type { Mode } from '../../gates/margins';
import type { BuiltInGateName } from '../../gates/names';
import { milliseconds, percent, points, quantile, roughly } from '../../numbers';
import { Bet, clipped, noHarm, pilotDeviation, pilotOf, worse } from './bets';
import { answered, APART, Apart, classes, numbersOf, type Pair, type PairedTest } from './pair';
import { meanOf, quantileOf } from '../../statistics/summaries';

/** The gates of a canary that paired requests can speak for; `accuracy` where the samples have labels. */
export type PairedGateName = Extract<BuiltInGateName, 'errors' | 'latency' | 'predictions' | 'accuracy'>;

/** A gate on pairs: it reads them one after another, and can be asked at any time. */
export interface PairedGate {
  readonly gate: PairedGateName;
  readonly mode: Mode;
  /** Of the whole bet. */
  readonly part: number;
  add(pair: Pair): void;
  /** None as long as no pair could be asked. */
  tests(): readonly PairedTest[];
}

/** The gates that are on. `planned`: pairs that will be asked at most, known before the first. */
export const pairedGates = (gates: KeptGates, planned: number): readonly PairedGate[] => [
  ...(gates.errors ? [errors(gates.errors)] : []),
  ...(gates.latency ? [latency(gates.latency, planned)] : []),
  ...(gates.predictions ? [predictions(gates.predictions, planned)] : []),
  ...(gates.accuracy ? [loss(gates.accuracy, planned)] : []),
];

type On<Name extends PairedGateName> = Exclude<NonNullable<KeptGates[Name]>, false>;

/** Z = F_g - 1.5 F_b against .005 (harm), F_g - 1.1 F_b against .0005 (tolerance): the margins of the canary's gate. */
function errors({ mode, tolerance, harm }: On<'errors'>): PairedGate {
  const harmless = new Bet(noHarm(harm.points, 1));
  const bad = new Bet(worse(tolerance.points, -tolerance.ratio));
  const failed = { blue: 0, green: 0 };
  let pairs = 0;
  return {
    ...{ gate: 'errors', mode, part: 0.45 },
    add: ({ blue, green }) => {
      pairs += 1;
      failed.blue += blue.failed;
      failed.green += green.failed;
      harmless.add(green.failed - harm.ratio * blue.failed);
      bad.add(green.failed - tolerance.ratio * blue.failed);
    },
    tests: () => [
      {
        ...{ what: 'failed requests', pairs, part: 1 },
        ...{ logWorse: bad.logEvidence, logNoHarm: harmless.logEvidence },
        comparison: `green failed ${share(failed.green, pairs)} of the requests and blue ${share(failed.blue, pairs)}`,
      },
    ],
  };
}

/** Tails that can be tested, and how many of the requests must lie beyond one for it to be: 20. */
const TAILS = [0.99, 0.95, 0.9];
const BEYOND_TAIL = 20;
/** A tail's time is set by blue's first answers: so many that three lie beyond it, and 100 at most. */
const tailPilot = (share: number): number => Math.min(100, Math.round(3 / (1 - share)));
/** Points of green's requests beyond the later bound, more than blue's beyond its own quantile, that are harm. */
const TAIL_HARM = 0.005;

/**
 * Pair by pair at the middle: half of green's answers and no more may take longer than its bound on blue's own; and at
 * tails whose times blue's first answers set. The highest that so many pairs can show must be proven, the others are
 * bet on.
 */
function latency(chosen: On<'latency'>, planned: number): PairedGate {
  const { mode, tolerancePercent, toleranceFloorMs, harmPercent, harmFloorMs } = chosen;
  const tolerated = (ms: number) => Math.max(ms * (1 + tolerancePercent / 100), ms + toleranceFloorMs);
  const harmful = (ms: number) => Math.max(ms * (1 + harmPercent / 100), ms + harmFloorMs);
  const middle = { harmless: new Bet(noHarm(0.5, 1)), bad: new Bet(worse(0.5, 0)), slow: 0, pairs: 0 };
  const shown = TAILS.filter((one) => (planned - tailPilot(one)) * (1 - one) >= BEYOND_TAIL - 1e-9);
  const tails = shown.map((one, index) => new Tail(one, index === 0, tolerated, harmful));
  return {
    ...{ gate: 'latency', mode, part: 0.3 },
    add: ({ blue, green }) => {
      if (!answered(blue) || !answered(green) || blue.ms === undefined || green.ms === undefined) return;
      middle.pairs += 1;
      middle.slow += Number(green.ms > tolerated(blue.ms));
      middle.harmless.add(Number(green.ms > harmful(blue.ms)));
      middle.bad.add(Number(green.ms > tolerated(blue.ms)));
      for (const tail of tails) tail.add(blue.ms, green.ms);
    },
    tests: () => [
      {
        ...{ what: 'answers slower than blue gave the same request', pairs: middle.pairs, part: 0.55 },
        ...{ logWorse: middle.bad.logEvidence, logNoHarm: middle.harmless.logEvidence },
        comparison:
          `green took over ${tolerancePercent} % and ${toleranceFloorMs} ms longer than blue for ` +
          `${share(middle.slow, middle.pairs)} of the requests`,
      },
      ...tails.map((tail) => tail.test(0.45 / tails.length)),
    ],
  };
}

/** Z = [g > bound_q] - [b > t_q] from the pair on that follows those which set t_q. */
class Tail {
  private readonly harmless = new Bet(noHarm(TAIL_HARM, 1));
  private readonly bad = new Bet(worse(0, -1));
  private readonly beyond = { blue: 0, green: 0 };
  private readonly pilot: number[] = [];
  private pairs = 0;
  private bound: number | undefined;

  constructor(
    private readonly quantile: number,
    private readonly mustBeProven: boolean,
    private readonly tolerated: (ms: number) => number,
    private readonly harmful: (ms: number) => number,
  ) {}

  add(blueMs: number, greenMs: number): void {
    const { bound } = this;
    if (bound === undefined) {
      if (this.pilot.push(blueMs) === tailPilot(this.quantile)) this.bound = quantileOf(this.pilot, this.quantile);
      return;
    }
    const late = Number(blueMs > bound);
    const green = Number(greenMs > this.tolerated(bound));
    this.pairs += 1;
    this.beyond.blue += late;
    this.beyond.green += green;
    this.harmless.add(Number(greenMs > this.harmful(bound)) - late);
    this.bad.add(green - late);
  }

  test(part: number): PairedTest {
    const { bound, pairs, beyond } = this;
    const name = quantile(this.quantile);
    return {
      what: `answers slower than blue's ${name}`,
      ...{ pairs, part, logWorse: this.bad.logEvidence },
      ...(this.mustBeProven && { logNoHarm: this.harmless.logEvidence }),
      comparison:
        bound === undefined
          ? `the first ${tailPilot(this.quantile)} pairs set blue's ${name}`
          : `green took longer than ${milliseconds(this.tolerated(bound))} for ${share(beyond.green, pairs)} of ` +
            `the requests, and blue than ${milliseconds(bound)}, its ${name}, for ${share(beyond.blue, pairs)}`,
    };
  }
}

/** Of a standard deviation of blue's numbers, twice: a quarter of one is harm, 4 % of one is tolerated. */
const SHIFT = { harm: 0.125, tolerance: 0.02 };
/** Likewise of how far answers are apart, half of one and 0.3: those dealt out anew are 1.1 apart, a constant 0.8. */
const DISTANCE = { harm: 0.25, tolerance: 0.15 };

/** Of one measure whose answers are numbers. */
class Numbers {
  private readonly up = [new Bet(noHarm(SHIFT.harm, 1)), new Bet(worse(SHIFT.tolerance, -1))] as const;
  private readonly down = [new Bet(noHarm(SHIFT.harm, 1)), new Bet(worse(SHIFT.tolerance, -1))] as const;
  private readonly apart: Apart;
  private readonly unit: ReturnType<typeof pilotDeviation>;
  private sum = 0;
  private pairs = 0;

  constructor(
    private readonly name: string,
    planned: number,
  ) {
    this.unit = pilotDeviation(planned);
    this.apart = new Apart(DISTANCE);
  }

  add(blues: readonly number[], greens: readonly number[]): void {
    const twice = blues.length === 0 ? undefined : this.unit(blues);
    if (twice === undefined) return;
    const differences = blues.map((blue, row) => clipped((greens[row] ?? Infinity) - blue, twice));
    const z = meanOf(differences);
    this.pairs += 1;
    this.sum += z;
    for (const bet of this.up) bet.add(z);
    for (const bet of this.down) bet.add(-z);
    this.apart.add(meanOf(differences.map(Math.abs)));
  }

  tests(): readonly PairedTest[] {
    const { pairs, name } = this;
    if (pairs === 0) return [];
    const deviations = (z: number) => `${roughly(2 * z)} standard deviations`;
    return [
      ...([this.up, this.down] as const).map(([harmless, bad], index) => ({
        what: `${plural(name)} that are ${index === 0 ? 'higher' : 'lower'}`,
        ...{ pairs, part: (1 - APART) / 2, logWorse: bad.logEvidence, logNoHarm: harmless.logEvidence },
        comparison: `green's ${plural(name)} differ from blue's by ${deviations(this.sum / pairs)} on average`,
      })),
      ...this.apart.tests(
        `${plural(name)} that are far apart`,
        (mean) => `green's ${name} is ${deviations(mean)} from blue's to the same request, above or below it`,
      ),
    ];
  }
}

/** "scores"; a measure of the endpoint's own has a name that need not be a word. */
const plural = (name: string): string => (name === 'score' ? 'scores' : `values of ${name}`);

/**
 * The classes or labels of both versions, and each number of their answers. What there is blue's first answers tell;
 * each of these has an equal part of the bet, so that they are no more than the whole.
 */
function predictions(chosen: On<'predictions'>, planned: number): PairedGate {
  const byClass = classes({ harm: chosen.harmPoints, tolerance: chosen.tolerancePoints });
  const numbers = new Map<string, Numbers>();
  let pairs = 0;
  let classed = false;
  return {
    ...{ gate: 'predictions', mode: chosen.mode, part: 0.15 },
    add: ({ blue, green, request }) => {
      if (!answered(blue) || !answered(green)) return;
      const ofGreen = new Map(numbersOf(green));
      if (pairs === 0) classed = blue.classes !== undefined || blue.labels !== undefined;
      pairs += 1;
      if (classed) byClass.add({ blue, green, request });
      for (const [name, values] of numbersOf(blue)) {
        // What is no number in the first answer may be one in the next; none is bet on before.
        if (pairs < pilotOf(planned) && !numbers.has(name)) numbers.set(name, new Numbers(name, planned));
        numbers.get(name)?.add(values, ofGreen.get(name) ?? []);
      }
    },
    tests: () =>
      [...byClass.tests(), ...[...numbers.values()].flatMap((one) => one.tests())].map((test) => ({
        ...test,
        part: test.part / (Number(classed) + numbers.size),
      })),
  };
}

/** Z = loss_g - loss_b on the requests that have labels: of classes the share that is wrong, of numbers the error. */
function loss({ mode, tolerance, harm }: On<'accuracy'>, planned: number): PairedGate {
  const harmless = new Bet(noHarm(harm.points, 1));
  const bad = new Bet(worse(tolerance.points, -1));
  const unit = pilotDeviation(planned);
  const sum = { blue: 0, green: 0 };
  let pairs = 0;
  return {
    ...{ gate: 'accuracy', mode, part: 0.1 },
    add: ({ blue, green }) => {
      if (blue.loss === undefined || green.loss === undefined) return;
      const twice = blue.scores === undefined ? 1 : unit(blue.scores);
      if (twice === undefined) return;
      pairs += 1;
      sum.blue += blue.loss;
      sum.green += green.loss;
      const z = clipped(green.loss - blue.loss, twice);
      harmless.add(z);
      bad.add(z);
    },
    tests: () =>
      pairs === 0
        ? []
        : [
            {
              ...{ what: 'labelled answers that are wrong', pairs, part: 1 },
              ...{ logWorse: bad.logEvidence, logNoHarm: harmless.logEvidence },
              comparison:
                `by the labels green's loss is ${roughly(sum.green / pairs)} and blue's ` +
                `${roughly(sum.blue / pairs)}; ${points(harm.points)} more are harm`,
            },
          ],
  };
}

const share = (events: number, pairs: number): string => (pairs === 0 ? 'none' : percent(events / pairs));
