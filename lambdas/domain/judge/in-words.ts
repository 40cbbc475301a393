import type { Evidence } from '../evidence';
import { type JudgedCounter, notExcludedInWords } from '../gates/counter';
import type { JudgedGate } from '../gates/gate';
import { certainty, lacks, some, count, percent } from '../numbers';
import { totalOf } from '../statistics/counts';
import { informationPerGreenRequest } from '../statistics/information';
import {
  type Combined,
  isNonInferior,
  proofOf,
  type Rules,
  wouldHave,
  leadingCounter,
  leastProven,
  totals,
} from './verdict';
import type { GateJudgement, Observed, Routing } from './judgement';

/**
 * What effect sizes, start minutes and the last step over the limit cost on average, nats (measured; see
 * docs/explanation/statistics.md).
 */
const OVERHEAD_NATS = 2.2;

/** How soon a green that is just harmful would be stopped by one gate, at the canary's own traffic. */
interface Reaction {
  readonly gate: JudgedGate['gate'];
  /** The counter that would need longest, or for latency the one that would need least. */
  readonly counter: JudgedCounter;
  /** Rates of that regression: blue's own, and green's at the margin of harm. */
  readonly blueRate: number;
  readonly greenRate: number;
  readonly greenRequests: number;
  /** At green's requests per minute so far; Infinity without any. */
  readonly minutes: number;
}

/**
 * The planning rule: a regression is found after about
 *
 *     ( ln(1/alpha) + ln(1/part) + 2.2 ) / D
 *
 * green requests, D being the nats that each is worth and `part` the counter's part of the whole bet. On 39 simulated
 * regressions it came to within a third of the mean. Shares of classes must each be found, one class being enough; of
 * the latency thresholds the first to see it is enough.
 *
 * @returns undefined for a gate that has nothing at which harm is defined, or no request yet
 */
function reactionTo(gate: JudgedGate, combined: Combined, logLimit: number, settled: number): Reaction | undefined {
  const all = gate.counters.flatMap((counter): Reaction[] => {
    const { harm } = counter;
    if (harm === undefined || settled === 0) return [];
    const { blue, green } = totals(counter.minutes, settled);
    const known = totalOf([...counter.history, blue]);
    if (known.requests === 0 || green.requests === 0) return [];
    const blueRate = (known.events + 0.5) / (known.requests + 1);
    const greenRate = counter.harmfulRate?.(blueRate) ?? harmfulRate(counter, blueRate);
    const share = Math.min(0.99, green.requests / (green.requests + blue.requests));
    const worth = informationPerGreenRequest(blueRate, greenRate, share, counter.margin);
    const nats = logLimit - Math.log(combined.part(gate) * counter.part) + OVERHEAD_NATS;
    const greenRequests = nats / worth;
    return [
      {
        gate: gate.gate,
        counter,
        blueRate,
        greenRate,
        greenRequests,
        minutes: (greenRequests * settled) / green.requests,
      },
    ];
  });
  const soonest = gate.of.oneIsEnough === true;
  return all.reduce<Reaction | undefined>(
    (chosen, one) =>
      chosen === undefined || (soonest ? one.minutes < chosen.minutes : one.minutes > chosen.minutes) ? one : chosen,
    undefined,
  );
}

function harmfulRate({ harm }: JudgedCounter, blueRate: number): number {
  const margin = harm?.test.margin ?? { ratio: 1, points: 0 };
  return Math.min(1, margin.ratio * blueRate + margin.points);
}

/** One gate's part of the judgement, as of the last settled minute. */
export function gateInWords(gate: JudgedGate, combined: Combined, evidence: Evidence, rules: Rules): GateJudgement {
  const settled = evidence.rows.length;
  const counter = leadingCounter(gate, settled);
  const nothing = { events: 0, requests: 0 };
  const reaction = reactionTo(gate, combined, rules.logLimit, settled);
  const observed = gate.of.mode === 'observe' ? observedInWords(gate, combined, settled, rules) : undefined;
  return {
    gate: gate.gate,
    counts: counter ? counter.words.counts : `nothing: ${gate.of.nothing}`,
    ...(counter ? totals(counter.minutes, settled) : { blue: nothing, green: nothing }),
    logEvidence: gate.logEvidence,
    logNonInferiority: proofOf(gate, settled),
    nonInferior: isNonInferior(gate, settled, rules),
    ...(reaction &&
      Number.isFinite(reaction.minutes) && {
        reaction: {
          minutes: reaction.minutes,
          greenRequests: reaction.greenRequests,
          words: reactionInWords(reaction),
        },
      }),
    ...(observed && { observed }),
    summary: [...(observed ? [observed.words] : []), summaryOf(gate, evidence, rules)].join('; '),
  };
}

function observedInWords(gate: JudgedGate, combined: Combined, settled: number, rules: Rules): Observed {
  const would = wouldHave(gate, combined, settled, rules);
  if (typeof would === 'number') return { verdict: 'fail', words: `observed: would have failed in minute ${would}` };
  return would === 'pass'
    ? { verdict: 'pass', words: 'observed: has its proof of no harm' }
    : {
        verdict: 'undecided',
        words: gate.counters.length === 0 ? 'observed: no data' : 'observed: not proven either way',
      };
}

/** "latency: green 312 requests; certainty 85 % of the 95 % needed that its p99 is not harmfully slower". */
export function lackInWords(gate: JudgedGate, settled: number, rules: Pick<Rules, 'logNonInferiorityLimit'>): string {
  if (gate.counters.length === 0) return `${gate.gate}: nothing to count, ${gate.of.nothing}`;
  const counter = leastProven(gate, settled);
  if (!counter) return `${gate.gate}: no threshold at which harm is defined, so nothing can be proven`;
  const { requests } = totals(counter.harm?.minutes ?? [], settled).green;
  const proof = lacks(proofOf(gate, settled), rules.logNonInferiorityLimit);
  return `${gate.gate}: green ${some(requests, gate.of.noun)}; ${proof} ${counter.words.harmless}`;
}

function summaryOf(gate: JudgedGate, evidence: Evidence, rules: Rules): string {
  const settled = evidence.rows.length;
  const counter = leadingCounter(gate, settled);
  if (!counter) {
    const follows = gate.of.mode === 'enforce' ? '; no proof of health, so no pass' : '';
    return `${gate.gate}: nothing to count, ${gate.of.nothing}${follows}`;
  }
  if (settled === 0) return `${gate.gate}: no settled minute yet`;
  const against =
    `certainty that green is worse ${certainty(gate.logEvidence[settled - 1] ?? 0)} (stopped from ` +
    `${certainty(rules.logLimit)})`;
  const least = leastProven(gate, settled);
  const proof = least
    ? `${lacks(proofOf(gate, settled), rules.logNonInferiorityLimit)} ${least.words.harmless}`
    : 'no threshold at which harm is defined, so no pass';
  const words = [`${comparisonInWords(counter, evidence, settled)}; ${against}, ${proof}`, ...notExcluded(gate)];
  return `${gate.gate}: ${words.join('; ')}`;
}

/**
 * What a pass does not exclude, because no good green could prove it with this traffic; none where it excludes all
 * harm.
 */
export const notExcluded = ({ counters }: Pick<JudgedGate, 'counters'>): readonly string[] =>
  notExcludedInWords(counters.flatMap(({ notAsked }) => notAsked ?? []));

/** Green's and blue's counts side by side, over the first `length` minutes. */
export function comparisonInWords(counter: JudgedCounter, { rows }: Evidence, length: number): string {
  const { blue, green } = totals(counter.minutes, length);
  return counter.words.comparison(blue, green, rows.slice(0, length));
}

/** "failed requests rising from 0.1 % to 0.65 % would be caught in about 3 minutes (310 green requests)". */
function reactionInWords({ counter, blueRate, greenRate, greenRequests, minutes }: Reaction): string {
  const change = `${counter.words.counts} rising from ${percent(blueRate)} to ${percent(greenRate)}`;
  const requests = `${count(Math.ceil(greenRequests))} green requests`;
  return `${change} would be caught in about ${some(Math.max(1, Math.ceil(minutes)), 'minute')} (${requests})`;
}

/** "green got 312 requests where the weights predict 612; certainty > 99.9 % …". */
export function routingInWords({ greenRequests, expectedGreenRequests, logEvidence, logLimit }: Routing): string {
  const counts =
    `green got ${count(greenRequests)} requests where the weights predict ` +
    `${count(Math.round(expectedGreenRequests))}`;
  return (
    `${counts}; certainty ${certainty(logEvidence)} that they are not split at random by the weights (told from ` +
    `${certainty(logLimit)})`
  );
}
