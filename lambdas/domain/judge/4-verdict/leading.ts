import type { Count, MinuteCounts } from '../../statistics/counts';
import type { JudgedCounter } from '../../gates/counter';
import type { JudgedGate } from '../../gates/gate';

/** The gate's counter with the most evidence after `length` minutes, weighed by its part; undefined without counters. */
export function leadingCounter(gate: JudgedGate, length: number): JudgedCounter | undefined {
  const weighed = (counter: JudgedCounter) => Math.log(counter.part) + (counter.logEvidence[length - 1] ?? 0);
  return gate.counters.reduce<JudgedCounter | undefined>(
    (most, counter) => (most === undefined || weighed(counter) > weighed(most) ? counter : most),
    undefined,
  );
}

/** The counter that is furthest from proof of no harm after `length` minutes; undefined if none can prove it. */
export function leastProven(gate: JudgedGate, length: number): JudgedCounter | undefined {
  const proof = (counter: JudgedCounter) => counter.logNonInferiority?.[length - 1] ?? 0;
  return gate.counters
    .filter(({ logNonInferiority }) => logNonInferiority !== undefined)
    .reduce<JudgedCounter | undefined>(
      (least, counter) => (least === undefined || proof(counter) < proof(least) ? counter : least),
      undefined,
    );
}

/** A counter's totals over its first `length` minutes. */
export function totals(
  minutes: readonly MinuteCounts[],
  length: number,
): { readonly blue: Count; readonly green: Count } {
  const counted = minutes.slice(0, length);
  const sum = (read: (minute: MinuteCounts) => number) => counted.reduce((total, minute) => total + read(minute), 0);
  return {
    blue: { events: sum((minute) => minute.blueEvents), requests: sum((minute) => minute.blueRequests) },
    green: { events: sum((minute) => minute.greenEvents), requests: sum((minute) => minute.greenRequests) },
  };
}
