import gammaln from '@stdlib/math-base-special-gammaln';
import type { Canary, CanaryMinute } from '../simulate/canary';
import { BINS, CLASS_SHARES } from '../simulate/setting';
import type { Judge } from './judge';

const { log, max, sqrt } = Math;

export const SEQ_LM_ALPHA = 0.01;
/** A third for each of errors, latency and predictions; the third of the predictions is shared by the classes. */
const PER_METRIC = SEQ_LM_ALPHA / 3;
const PER_CLASS = PER_METRIC / CLASS_SHARES.length;

/** How many events the prior is worth, concentrated on the share that no change predicts. */
const CONCENTRATION = 100;

/**
 * Sequential tests of "no difference at all", looked at every minute.
 *
 * - Failures and answers of each class: given an event, green is where it happened with green's share of the traffic;
 *   a Beta mixture over other shares is a martingale (Lindon & Malek, NeurIPS 2022, arXiv 2011.03567). More failures
 *   stop green, a class stops it by growing or shrinking.
 * - Latency: bands around both empirical distribution functions that hold at all times (Howard & Ramdas, Bernoulli
 *   28(3) 2022, arXiv 1906.09712; used like this by Lindon, Sanden & Shirikian, KDD 2022, arXiv 2205.14762). Green is
 *   stopped when its band lies below blue's somewhere: slower beyond doubt.
 */
export const seqLm: Judge = {
  name: 'SeqLM',
  stopMinute: (canary) => {
    const stops = [
      armTest(canary, PER_METRIC, ({ blue, green }) => ({ blue: blue.errors, green: green.errors }), 'more'),
      bandTest(canary),
      ...CLASS_SHARES.map((_, index) =>
        armTest(
          canary,
          PER_CLASS,
          ({ blue, green }) => ({ blue: blue.classes[index] ?? 0, green: green.classes[index] ?? 0 }),
          'either',
        ),
      ),
    ].filter((minute) => minute !== undefined);
    return stops.length === 0 ? undefined : stops.reduce((first, minute) => (minute < first ? minute : first));
  },
};

type Events = (minute: CanaryMinute) => { readonly blue: number; readonly green: number };

function armTest({ minutes }: Canary, alpha: number, events: Events, side: 'more' | 'either'): number | undefined {
  let [earlier, weight, blues, greens, expected, total] = [0, 0, 0, 0, 0, 0];
  const evidence = (w: number) =>
    betaln(CONCENTRATION * w + greens, CONCENTRATION * (1 - w) + blues) -
    betaln(CONCENTRATION * w, CONCENTRATION * (1 - w)) -
    greens * log(w) -
    blues * log(1 - w);
  const at = minutes.findIndex((minute) => {
    if (minute.weight !== weight) {
      // A new weight starts a new prior; the product of martingales, one after the other, is one.
      if (weight > 0) earlier += evidence(weight);
      [weight, blues, greens] = [minute.weight, 0, 0];
    }
    const { blue, green } = events(minute);
    blues += blue;
    greens += green;
    total += green;
    expected += weight * (blue + green);
    return earlier + evidence(weight) >= log(1 / alpha) && (side === 'either' || total > expected);
  });
  return at === -1 ? undefined : at + 1;
}

function bandTest({ minutes }: Canary): number | undefined {
  const [blues, greens] = [new Float64Array(BINS.count), new Float64Array(BINS.count)];
  let [blueTotal, greenTotal] = [0, 0];
  const at = minutes.findIndex(({ blue, green }) => {
    blue.latency.forEach((count, bin) => (blues[bin] = (blues[bin] ?? 0) + count));
    green.latency.forEach((count, bin) => (greens[bin] = (greens[bin] ?? 0) + count));
    blueTotal += blue.invocations;
    greenTotal += green.invocations;
    let [below, blueBelow, greenBelow] = [0, 0, 0];
    for (let bin = 0; bin < BINS.count; bin++) {
      blueBelow += blues[bin] ?? 0;
      greenBelow += greens[bin] ?? 0;
      below = max(below, blueBelow / blueTotal - greenBelow / greenTotal);
    }
    return below > bandWidth(blueTotal) + bandWidth(greenTotal);
  });
  return at === -1 ? undefined : at + 1;
}

/** Logarithm of the beta function. */
const betaln = (a: number, b: number): number => gammaln(a) + gammaln(b) - gammaln(a + b);

/**
 * `A sqrt((log(1 + log t) + C) / t)` with A = 0.85, C = 0.8 log(1612 / alpha): half of the metric's alpha for each
 * version.
 */
const bandWidth = (requests: number): number =>
  requests === 0 ? Infinity : 0.85 * sqrt((log(1 + log(requests)) + 0.8 * log(1612 / (PER_METRIC / 2))) / requests);
