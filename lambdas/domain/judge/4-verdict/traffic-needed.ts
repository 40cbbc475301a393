import { informationPerGreenRequest } from '../../statistics/information';
import { totalOf } from '../../statistics/counts';
import type { JudgedCounter } from '../../gates/counter';
import type { JudgedGate } from '../../gates/gate';
import type { Combined } from './combine';
import { totals } from './leading';

/** What effect sizes, start minutes and the last step over the limit cost on average, nats (measured; see docs/explanation/statistics.md). */
const OVERHEAD_NATS = 2.2;

/** How soon a green that is just harmful would be stopped by one gate, at the canary's own traffic. */
export interface Reaction {
  readonly gate: JudgedGate['gate'];
  /** The counter that would need longest, or for latency the one that would need least. */
  readonly counter: JudgedCounter;
  /** Rates of the regression that is meant: blue's own, and green's at the margin of harm. */
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
 * regressions it came to within a third of the mean. Shares of classes must each be found, one class being enough; of the
 * latency thresholds the first to see it is enough.
 *
 * @returns undefined for a gate that has nothing at which harm is defined, or no request yet
 */
export function reactionTo(
  gate: JudgedGate,
  combined: Combined,
  logLimit: number,
  settled: number,
): Reaction | undefined {
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
