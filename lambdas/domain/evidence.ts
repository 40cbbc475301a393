import * as z from 'zod';

/**
 * The one shape of evidence: what CloudWatch counted, minute by minute and per version, and nothing else. The judge is
 * given it, a rollout's state carries the part from before the canary, the record keeps it as a trace. It is parsed at
 * the edge, where `contradictions` also refuses counts that cannot be true, and trusted from there on. Counts are whole
 * numbers; minutes that are not settled are not in it.
 */
const count = z.int().min(0);

/** What was parsed is not changed. */
export type DeepReadonly<T> = T extends object ? { readonly [Key in keyof T]: DeepReadonly<T[Key]> } : T;

export const eventCountSchema = z.strictObject({
  events: count,
  /** What the events are a part of: at least as many. */
  requests: count,
});
export type EventCount = DeepReadonly<z.output<typeof eventCountSchema>>;

/** Start of a minute. */
export const minuteSchema = z
  .string()
  .regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?Z$/, 'must be a time in ISO 8601, UTC');

/** What one version did in one minute. Strict: a misspelt count would silently be 0. */
const sideSchema = z.strictObject({
  /**
   * Through the live alias: inferences of the built-in model server, with failed invocations; else Lambda's
   * `Invocations`.
   */
  invocations: count,
  /**
   * Failed requests of every kind; what is left beside the two below are Lambda's `Errors`: thrown, timed out, out of
   * memory.
   */
  errors: count,
  /** Requests that the model itself failed; answered 500, so Lambda counts them as successes. */
  modelErrors: count.default(0),
  /** Requests whose model output held NaN or an infinity; answered 500, disjoint from `modelErrors`. */
  nonFiniteOutputs: count.default(0),
  /** Requests that Lambda turned away before they reached the function: not among `invocations`. */
  throttles: count.default(0),
  /** Requests whose duration was counted: all, or the warm ones alone where the endpoint tells warm from cold. */
  durations: count,
  /** Per latency threshold, requests slower than this side's `tolerated` duration; same order as the thresholds. */
  slow: z.array(count),
  /** Per class, or range of a number, requests that were answered with it; same order as `classNames`. */
  classes: z.array(count).default([]),
  /** Per custom gate, what its two counters say; same order as the gates in the settings. */
  custom: z.array(eventCountSchema).default([]),
  /** What gates beside those above count for themselves, by their names. */
  counted: z.record(z.string(), eventCountSchema).optional(),
  /**
   * Answers that users labelled in time, and how many of them were wrong. @default none: the accuracy gate is not
   * judged
   */
  labelled: eventCountSchema.optional(),
});
/** The same of a minute that is judged. In blue's own minutes before the canary there is no harm to count. */
export const judgedSideSchema = sideSchema.extend({
  /** Per latency threshold, requests slower than this side's `harmful` duration; same order as the thresholds. */
  verySlow: z.array(count),
});
export type SideCounts = DeepReadonly<z.output<typeof judgedSideSchema>>;

/** One settled minute in which green had a weight. */
const evidenceMinuteSchema = z.object({
  minute: minuteSchema,
  /** Green's share of the traffic in this minute, by the alias. */
  weight: z.number().min(0.01).max(0.99),
  blue: judgedSideSchema,
  green: judgedSideSchema,
});
export type EvidenceMinute = DeepReadonly<z.output<typeof evidenceMinuteSchema>>;

/**
 * One of blue's own quantiles before the canary, and the durations (ms) that the two sides are held to:
 * blue at its own quantile; green a little later, so that being a little slower is tolerated.
 */
export const thresholdSchema = z.strictObject({
  /** A share of blue's requests before the canary that were at most `blueMs`. */
  quantile: z.number().gt(0).lt(1),
  blueMs: z.number().gt(0),
  /** Green beyond this while blue beyond `blueMs` is what the tolerance allows. */
  greenToleratedMs: z.number().gt(0),
  /** Green beyond this while blue beyond `blueMs` is harm. */
  greenHarmfulMs: z.number().gt(0),
});
export type LatencyThreshold = DeepReadonly<z.output<typeof thresholdSchema>>;

/** Labels that came in time, which is soon enough after their answer to be compared during the canary. */
export const labelsBeforeSchema = z.strictObject({
  /** Of blue's answers, in the baseline's minutes. */
  blue: count,
  /** What green may therefore expect for its share of the canary. */
  green: count,
});
export type LabelsBefore = DeepReadonly<z.output<typeof labelsBeforeSchema>>;

const cellRange = z.tuple([z.int(), z.int()]);

/** How one thing that answers say is counted: in classes, or in ranges that were chosen at blue's own quantiles. */
export const countedMeasureSchema = z.strictObject({
  /** `class`, `score`, or of labels each one. */
  name: z.string(),
  metric: z.string(),
  /** Cells whose values are the answers. @default every value */
  whole: cellRange.optional(),
  /**
   * Of each class but the last, which is the rest: the cells in which blue counts it; null where blue has no such
   * class.
   */
  blue: z.array(cellRange.nullable()),
  /** In which green does. @default blue's */
  green: z.array(cellRange.nullable()).optional(),
});
export type CountedMeasure = DeepReadonly<z.output<typeof countedMeasureSchema>>;

const baselineMinuteSchema = z.object({ minute: minuteSchema, blue: sideSchema });
/** One settled minute of blue alone, before the canary. */
export type BaselineMinute = DeepReadonly<z.output<typeof baselineMinuteSchema>>;

/**
 * Blue's own numbers before the canary: they seed the estimates, fix thresholds and classes beforehand, and show how
 * much a version wanders from minute to minute by itself.
 */
export const baselineSchema = z.object({
  /** Ascending; a minute without requests is among them. */
  baseline: z.array(baselineMinuteSchema),
  /** The sample size of the quantiles, which may come from a part of the minutes. */
  baselineDurations: count,
  /** Ascending by quantile; empty when blue had no traffic. */
  thresholds: z.array(thresholdSchema),
  classNames: z.array(z.string()),
  /** What `classNames` are of, in their order: each measure has one more than `blue`. @default one measure */
  measures: z.array(countedMeasureSchema).optional(),
  /** Why answers are not compared, known before the canary. @default they are */
  uncounted: z.string().optional(),
  /** What decides, once and before the canary, whether accuracy is judged. @default labels were not looked for */
  labels: labelsBeforeSchema.optional(),
});
export type Baseline = DeepReadonly<z.output<typeof baselineSchema>>;

/** How verification saw green answer otherwise than blue on the very same requests. */
const expectedShiftSchema = z.strictObject({
  source: z.enum(['captured requests', 'golden set']),
  /** Answers compared. */
  answers: count.min(1),
  /** Labels show that green is right wherever a shift is named. Without this key the shift excuses nothing. */
  labelled: z.literal(true).optional(),
  /** A person must agree before promotion: more than 5 points a class may be expected. */
  approved: z.literal(true).optional(),
  /** Per class, same order as `classNames`: green's share minus blue's, and its standard error. */
  classes: z.array(z.strictObject({ shift: z.number().min(-1).max(1), standardError: z.number().min(0).max(1) })),
});
export type ExpectedShift = DeepReadonly<z.output<typeof expectedShiftSchema>>;

/** A minute that is not judged, and why. The rule was fixed before its counts were seen. */
export const leftOutMinuteSchema = z.strictObject({ minute: minuteSchema, why: z.string() });
export type LeftOutMinute = DeepReadonly<z.output<typeof leftOutMinuteSchema>>;

/** 19 years of minutes: a date in ms stays exact. */
export const MOST_MINUTES = 10_000_000;

/** What is said of a canary beside its minutes. */
export const canaryFacts = {
  /** Minutes that the strategy plans in all: the horizon of the start-minute mixture, and when a bake ends. */
  horizonMinutes: z.int().min(1).max(MOST_MINUTES),
  /**
   * True in the watch: blue's minutes are earlier ones of its own, so no request was routed by a weight. @default false
   */
  oneAfterTheOther: z.boolean().optional(),
  /**
   * In a watch after a canary: blue's share of all traffic in its minute of each row, 0 to 1.
   * @default green stood beside blue in no canary
   */
  blueShares: z.array(z.number().gt(0).max(1)).max(MOST_MINUTES).optional(),
  /**
   * True where only warm requests are timed, by the settings. The alias weight is then not the chance that one is
   * green's. @default false
   */
  warmOnly: z.boolean().optional(),
  /** Absent when nothing was compared: then no shift is expected. */
  expectedShift: expectedShiftSchema.optional(),
  /**
   * Those of `rows` in which blue itself was far outside its own hour, see `heldMinutes`: green may be stopped in them,
   * and proves nothing. @default none
   */
  held: z.array(leftOutMinuteSchema).optional(),
  /**
   * What a replay without proof came to, per gate: ln of its e-value against "green is harmful". Its product with the
   * canary's is an e-value against "harmful in both", whichever sign it has. @default none
   */
  replayed: z.record(z.string(), z.number()).optional(),
  /** Settled minutes of the canary that are not among `rows`. */
  leftOut: z.array(leftOutMinuteSchema).optional(),
};

export const evidenceSchema = baselineSchema.extend({
  ...canaryFacts,
  /** Ascending; every settled minute of the canary so far. Weights may differ between minutes. */
  rows: z.array(evidenceMinuteSchema),
});
export type Evidence = DeepReadonly<z.output<typeof evidenceSchema>>;

/** Where a measure's classes lie among all of them: from the first up to before `end`. */
export interface PlacesOfMeasure {
  /** `class` where nothing says what is counted. */
  readonly name: string;
  readonly from: number;
  readonly end: number;
}

export function placesByMeasure({
  measures,
  classNames,
}: Pick<Baseline, 'measures' | 'classNames'>): readonly PlacesOfMeasure[] {
  if (measures === undefined || measures.length === 0) return [{ name: 'class', from: 0, end: classNames.length }];
  let until = 0;
  return measures.map(({ name, blue }) => ({ name, from: until, end: (until += blue.length + 1) }));
}

/** The same minutes with the classes of one measure alone, for each measure. */
export function evidenceByMeasure(evidence: Evidence): readonly Evidence[] {
  const { measures, classNames, expectedShift } = evidence;
  if (measures === undefined || measures.length < 2) return [evidence];
  return placesByMeasure(evidence).map(({ from, end }, place): Evidence => {
    const own = <Side extends Pick<SideCounts, 'classes'>>(side: Side): Side => ({
      ...side,
      classes: side.classes.slice(from, end),
    });
    return {
      ...evidence,
      measures: measures.slice(place, place + 1),
      classNames: classNames.slice(from, end),
      expectedShift: expectedShift && { ...expectedShift, classes: expectedShift.classes.slice(from, end) },
      baseline: evidence.baseline.map((row) => ({ ...row, blue: own(row.blue) })),
      rows: evidence.rows.map((row) => ({ ...row, blue: own(row.blue), green: own(row.green) })),
    };
  });
}
