import type { Baseline, EvidenceMinute, LatencyThreshold } from '../domain/judge/evidence';
import type { EndpointConfig } from '../contract/endpoint-settings';

/** A stretch of whole minutes at one weight. `until` is exclusive. */
export interface WeightWindow {
  readonly from: string;
  readonly until: string;
  readonly weight: number;
}

export interface BaselineQuery {
  readonly config: EndpointConfig;
  readonly blue: string;
  /** Whole minutes; `until` is exclusive. */
  readonly from: string;
  readonly until: string;
  /** Only what there is to count, at a quarter of the cost: no thresholds, and the classes' names without counts. */
  readonly outline: boolean;
  /** @default no label is looked for */
  readonly labels?: LabelsWanted | undefined;
}

/** What must be in sight for labels to be counted, which else costs one metric. */
export interface LabelsWanted {
  readonly withinMinutes: number;
  /** See `labelMinutes`. */
  readonly greenMinutes: number;
  /** Labels that green must be able to expect. */
  readonly least: number;
}

export interface MinutesQuery {
  readonly config: EndpointConfig;
  readonly blue: string;
  readonly green: string;
  readonly thresholds: readonly LatencyThreshold[];
  /** Number of classes (or bins) to count. */
  readonly classCount: number;
  /**
   * Whether this look may end in `pass`. Only then is green counted beyond its harmful durations: a look reads every
   * minute anew, so that the last one has those of all minutes, and the looks before it cost less.
   */
  readonly mayPass: boolean;
  readonly windows: readonly WeightWindow[];
  /** Minutes of the windows before `from` count no label: green's had no time yet. @default accuracy is not judged */
  readonly labels?: { readonly withinMinutes: number; readonly from: string } | undefined;
  /** Blue's minutes lie this many minutes before green's: 0 in a canary, more when green alone is watched. */
  readonly blueMinutesEarlier: number;
}

/** A minute that has ended and yet says too little to count. */
export interface IncompleteMinute {
  readonly minute: string;
  readonly why: string;
}

export interface MinutesReading {
  readonly minutes: readonly EvidenceMinute[];
  readonly incomplete: readonly IncompleteMinute[];
  /** The exact queries, for the record. */
  readonly queries: readonly unknown[];
}

/** CloudWatch's counts per minute and version. `unavailable`: no complete answer this time; never to be read as healthy. */
export interface EvidenceSource {
  baseline(
    query: BaselineQuery,
  ): Promise<{ readonly baseline: Baseline; readonly queries: readonly unknown[] } | 'unavailable'>;
  minutes(query: MinutesQuery): Promise<MinutesReading | 'unavailable'>;
  /** Lambda's requests of a version that is alone behind the alias, in the minute that begins then (ms since 1970). */
  requests(config: EndpointConfig, version: string, minuteMs: number): Promise<number | 'unavailable'>;
}
