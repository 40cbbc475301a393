import type { MinutesQuery, MinutesReading } from '../../lambdas/adapters/cloudwatch/minutes';
import type { CountedMeasure } from '../../lambdas/domain/evidence';
import { at, config } from './cloudwatch-world';
import type { Sent } from './stand-ins';

export interface SentQuery {
  readonly Id: string;
  readonly MetricStat: {
    readonly Metric: { readonly Namespace: string; readonly MetricName: string; readonly Dimensions: unknown };
    readonly Period: number;
    readonly Stat: string;
  };
}
export const queriesOf = ({ input }: Sent) => input['MetricDataQueries'] as readonly SentQuery[];

export const threshold = { quantile: 0.9, blueMs: 100, greenToleratedMs: 105, greenHarmfulMs: 127.6 };

/** So many classes, the last of which is the rest. */
export const classMeasure = (classes: number): readonly CountedMeasure[] => [
  { name: 'class', metric: 'A', blue: Array.from({ length: classes - 1 }, (_, index) => [index, index] as const) },
];

export const query = (changes: Partial<MinutesQuery> = {}): MinutesQuery => ({
  config: config(),
  blue: '7',
  green: '8',
  thresholds: [threshold],
  measures: classMeasure(3),
  mayPass: true,
  windows: [{ from: at(0), until: at(2), weight: 10 }],
  blueMinutesEarlier: 0,
  ...changes,
});

export async function reading(answer: Promise<MinutesReading | 'unavailable'>): Promise<MinutesReading> {
  const read = await answer;
  if (read === 'unavailable') throw new Error('unavailable');
  return read;
}

export const NOTHING = {
  invocations: 0,
  errors: 0,
  modelErrors: 0,
  nonFiniteOutputs: 0,
  throttles: 0,
  durations: 0,
  slow: [0],
  verySlow: [0],
  classes: [0, 0, 0],
  custom: [],
};
