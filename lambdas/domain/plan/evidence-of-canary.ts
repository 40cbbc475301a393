import { isProven } from '../gates/latency-quantiles';
import type { EventCount, Evidence, LatencyThreshold, SideCounts } from '../evidence';
import { eachCounted } from './blue-day';
import type { Coins } from './coins';
import { type DrawnCanary, type DrawnMinute, ofRequests, partOf, type Simulated } from './draw-canary';
import { errorRateOf, type Regression } from '../gates/scale';

/** What the judge is given of a drawn canary whose green has the regression, minute by minute. */
export function evidenceOfCanary(
  { day, schedule, classesByFrequency, customGates, oneAfterTheOther }: Simulated,
  { baseline, minutes }: DrawnCanary,
  regression: Regression,
): Evidence {
  return {
    ...baseline,
    horizonMinutes: schedule.plannedMinutes,
    rows: minutes.map((drawn) => ({
      minute: drawn.minute,
      weight: drawn.weight / 100,
      blue: drawn.blue,
      green: greenOf(drawn, baseline.thresholds, { classesByFrequency, customGates }, regression),
    })),
    warmOnly: day.warmOnly,
    ...(oneAfterTheOther && { oneAfterTheOther }),
  };
}

function greenOf(
  drawn: DrawnMinute,
  thresholds: readonly LatencyThreshold[],
  { classesByFrequency, customGates }: Pick<Simulated, 'classesByFrequency' | 'customGates'>,
  regression: Regression,
): SideCounts {
  const { law, slower, green } = drawn;
  const usual = partOf(law.errors, law.requests);
  const failed = green.failing.below(errorRateOf(usual, regression));
  // What fails gives no answer.
  const answering = partOf(green.requests - failed, green.requests - green.failing.below(usual));
  const factor = regression.type === 'slower' ? regression.factor : 1;
  const beyond = (ms: number) => green.timed.below(slower(ms / factor));
  const more = (gate: string | undefined) =>
    regression.type === 'events' && regression.gate === gate ? regression.points : 0;
  const slow = thresholds.map(({ greenToleratedMs }) => beyond(greenToleratedMs));
  return admitted(drawn, regression, {
    ...ofRequests(green.requests, failed, green.throttles),
    durations: green.timed.count,
    slow,
    verySlow: thresholds.map((one, index) => (isProven(one) ? beyond(one.greenHarmfulMs) : (slow[index] ?? 0))),
    classes: classesOf(drawn, classesByFrequency, regression).map((count) => Math.round(count * answering)),
    custom: green.custom.map((coins, index) => eventsOf(coins, law.custom[index], more(customGates[index]))),
    counted: eachCounted(green.counted, (coins, name) => eventsOf(coins, law.counted[name], more(name))),
  });
}

const eventsOf = (coins: Coins, law: EventCount | undefined, more: number): EventCount => ({
  events: coins.below(partOf(law?.events ?? 0, law?.requests ?? 0) + more),
  requests: coins.count,
});

/** What is left of green's minute when Lambda turns some of its requests away: nothing else counts those. */
function admitted({ law, green }: DrawnMinute, regression: Regression, all: SideCounts): SideCounts {
  if (regression.type !== 'throttled') return all;
  const usual = partOf(law.throttles, law.throttles + law.requests);
  const away = green.turnedAway.below(partOf(regression.points, 1 - usual));
  const left = partOf(all.invocations - away, all.invocations);
  const ofLeft = (count: number) => Math.round(count * left);
  return {
    ...ofRequests(all.invocations - away, ofLeft(all.errors), all.throttles + away),
    durations: ofLeft(all.durations),
    slow: all.slow.map(ofLeft),
    verySlow: all.verySlow.map(ofLeft),
    classes: all.classes.map(ofLeft),
    custom: all.custom,
    ...(all.counted && { counted: all.counted }),
  };
}

/** The most frequent class lies beside the second, and what moves crosses the border between them. */
function classesOf(
  { law, green }: DrawnMinute,
  classesByFrequency: readonly number[],
  regression: Regression,
): readonly number[] {
  const { classes } = law;
  const all = classes.reduce((sum, count) => sum + count, 0);
  const counts = classes.map(() => 0);
  if (all === 0) return counts;
  const moved = regression.type === 'moved' ? regression.points : 0;
  let [edge, taken] = [0, 0];
  classesByFrequency.forEach((index, place) => {
    edge += (classes[index] ?? 0) / all;
    const last = place === classes.length - 1;
    const upTo = last ? green.answers.count : green.answers.below(place === 0 ? Math.max(0, edge - moved) : edge);
    counts[index] = upTo - taken;
    taken = upTo;
  });
  return counts;
}
