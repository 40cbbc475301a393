import type { BaselineMinute, EventCount, Evidence } from '../evidence';
import { asGoodAsBlue } from '../statistics/mixture';
import type { TwoArmTest } from '../statistics/two-arm';
import { type CounterWords, judgeCounter } from './counter';
import { type Gate, historyOf, pairMinutes, reachOf, pointsScale, type Planned, type Regression } from './gate';
import type { Margin, Mode } from './margins';
import type { GateName } from './names';

type Read = (side: BaselineMinute['blue']) => number;

export interface CountedSettings {
  readonly tolerance: Margin;
  readonly harm: Margin;
  readonly mode: Mode;
}

/** What one gate of this kind differs in from another. */
export interface Counted {
  readonly name: GateName;
  readonly part: number;
  /** @default request */
  readonly noun?: string;
  /** @default no requests are counted */
  readonly nothing?: string;
  readonly events: Read;
  readonly of: Read;
  /** `realised` for counts that are not routed by the alias: users label what they like. @default routed */
  readonly share?: TwoArmTest['share'];
  readonly notJudged?: Gate['notJudged'];
  readonly isUnused?: Gate['isUnused'];
  /** Whether a side has its counts at all. @default they always are there */
  readonly present?: (side: BaselineMinute['blue']) => boolean;
  readonly words: CounterWords;
  /** @default so many more of what it counts are events */
  readonly planned?: Planned;
}

/** A gate of one yes-or-no count, held to a tolerance and to harm: errors, and everything else that can be counted. */
export const countedGate = (counted: Counted, { tolerance, harm, mode }: CountedSettings): Gate => {
  const { name, part, noun = 'request', nothing = 'no requests are counted', events, of, share, words } = counted;
  return {
    ...{ name, mode, part, noun, nothing },
    ...(counted.notJudged && { notJudged: counted.notJudged }),
    ...(counted.isUnused && { isUnused: counted.isUnused }),
    ...(counted.present && { present: counted.present }),
    judge: (evidence) => {
      if (!isPresent(evidence, counted.present)) return [];
      const minutes = pairMinutes(evidence, events, of);
      const history = historyOf(evidence, events, of);
      const counter = {
        words,
        part: 1,
        minutes,
        history,
        margin: tolerance,
        ...(share && { share }),
        harm: { minutes, test: { margin: harm, alternatives: asGoodAsBlue, history, share: 'realised' as const } },
      };
      return [judgeCounter(counter, reachOf(evidence, history), evidence)];
    },
    planned: counted.planned ?? plannedEvents(name, tolerance),
  };
};

const isPresent = ({ baseline, rows }: Evidence, present: Gate['present']): boolean =>
  present === undefined ||
  [...baseline, ...rows].some(({ blue }) => present(blue)) ||
  rows.some(({ green }) => present(green));

/** Where nothing was counted, nothing is simulated either. */
function plannedEvents(gate: GateName, tolerance: Margin): Planned {
  const regressionOf = (points: number): Regression => ({ type: 'events', gate, points });
  const counts = (counted: Readonly<Record<string, EventCount>>) => counted[gate] ?? { events: 0, requests: 0 };
  return {
    scales: (blue) => pointsScale(gate, counts(blue.counted), tolerance, regressionOf),
    lacks: (blue) => (counts(blue.counted).requests > 0 ? undefined : 'its counters counted nothing'),
  };
}
