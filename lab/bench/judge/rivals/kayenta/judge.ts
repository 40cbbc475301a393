import type { Canary, SimulatedSide } from '../../simulate/canary';
import { seeded } from '../../../../../simulator/draws';
import type { Random } from '../../../../../lambdas/domain/plan/coins';
import { CLASS_SHARES } from '../../simulate/setting';
import type { Judge } from '../judge';
import { classShare, errorRate, percentileMs } from '../minute-values';
import { AllTied } from './mann-whitney';
import { DEFAULT_RULE, type KayentaLabel, type MetricRule, classify } from './classify';
import { score } from './score';

/** Kayenta's documented starting thresholds: under the first a look fails, under the second the last look does. */
const MARGINAL = 75;
const PASS = 95;

interface Metric {
  readonly group: string;
  readonly value: (side: SimulatedSide) => number;
  readonly rule: MetricRule;
}

const rising: MetricRule = { ...DEFAULT_RULE, direction: 'increase' };

/**
 * What a team that follows Kayenta's documentation would watch on a model endpoint, one value a minute: failures per
 * request, p50 and p99, which are bad when they rise, and each class's share of the answers, bad either way. All are
 * equal members of one group, so under those thresholds one bad metric of three fails the canary at any look, and of
 * seven two at any look or one at the last.
 */
const SERVICE: readonly Metric[] = [
  { group: 'service', value: errorRate, rule: rising },
  { group: 'service', value: (side) => percentileMs(side, 0.5), rule: rising },
  { group: 'service', value: (side) => percentileMs(side, 0.99), rule: rising },
];
const MODEL: readonly Metric[] = CLASS_SHARES.map((_, index) => ({
  group: 'service',
  value: (side) => classShare(side, index),
  rule: DEFAULT_RULE,
}));

/**
 * Kayenta's NetflixACAJudge, asked every so many minutes about all minutes so far, with blue in the same minutes as the
 * control: an alias has two versions, so the fresh baseline of equal size that Kayenta advises cannot be had.
 *
 * Source: spinnaker/kayenta at a69573b, kayenta-judge, NetflixACAJudge.scala.
 */
const kayentaRule = (name: string, everyMinutes: number, metrics: readonly Metric[]): Judge => ({
  name,
  stopMinute: (canary) => {
    const random = lazily();
    const series = metrics.map((metric) => seriesOf(canary, metric));
    for (let minute = everyMinutes; minute <= canary.minutes.length; minute += everyMinutes) {
      const results = series.map(({ metric, control, experiment }) => ({
        ...label(control.slice(0, minute), experiment.slice(0, minute), metric.rule, random),
        groups: [metric.group],
      }));
      const last = minute + everyMinutes > canary.minutes.length;
      if (score(results, {}) < (last ? PASS : MARGINAL)) return minute;
    }
    return undefined;
  },
});

const seriesOf = ({ minutes }: Canary, metric: Metric) => ({
  metric,
  control: minutes.map(({ blue }) => metric.value(blue)),
  experiment: minutes.map(({ green }) => metric.value(green)),
});

function label(
  control: readonly number[],
  experiment: readonly number[],
  rule: MetricRule,
  random: Pick<Random, 'normal'>,
): { readonly label: KayentaLabel; readonly critical: boolean } {
  try {
    return classify(control, experiment, rule, random);
  } catch (error) {
    if (error instanceof AllTied) return { label: 'Error', critical: false };
    throw error;
  }
}

/** Most canaries need no noise, and a stream of numbers costs more than a look. */
function lazily(): Pick<Random, 'normal'> {
  let random: Random | undefined;
  return { normal: () => (random ??= seeded(1)).normal() };
}

export const kayenta60 = kayentaRule('Kayenta60', 60, [...SERVICE, ...MODEL]);
export const kayenta10 = kayentaRule('Kayenta10', 10, [...SERVICE, ...MODEL]);
export const kayentaNoModel60 = kayentaRule('KayentaNoModel60', 60, SERVICE);
export const kayentaNoModel10 = kayentaRule('KayentaNoModel10', 10, SERVICE);
