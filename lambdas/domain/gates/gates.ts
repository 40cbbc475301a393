import * as z from 'zod';
import type { DeepReadonly, Evidence } from '../evidence';
import { accuracy } from './accuracy';
import { type CustomCounter, customGate, customSettings } from './custom';
import { errors } from './errors';
import { type Gate, type GateKind, type JudgedGate, judgedGate, type ScaleName, type ScaleWords } from './gate';
import { latency } from './latency';
import { memory } from './memory';
import { type BuiltInGateName, GATE_NAMES, type GateName } from './names';
import { type Mode, orderedMargins, type OrderedPair } from './margins';
import { predictions } from './predictions';
import { throttles } from './throttles';

/** The module of each gate. */
export const GATES = { errors, latency, predictions, throttles, accuracy, memory } as const satisfies Readonly<
  Record<BuiltInGateName, GateKind>
>;

/** Each is given settings of its own schema. */
const kindOf = (name: BuiltInGateName): GateKind => GATES[name];

/** What calls of both versions tell of a gate; of the user's own they tell nothing. */
export const toldByCalls = (gate: string | undefined): GateKind['calls'] => {
  const name = GATE_NAMES.find((one) => one === gate);
  return name && kindOf(name).calls;
};

const SCALE_WORDS: ReadonlyMap<string, ScaleWords | undefined> = new Map(
  GATE_NAMES.flatMap((name) => Object.entries(kindOf(name).scales ?? {})),
);

/** What grows on a scale of `plan`, in words. */
export const scaleWords = (scale: ScaleName): ScaleWords =>
  SCALE_WORDS.get(scale) ?? { says: 'more of what it counts are events', unit: 'points' };

export const gateNameSchema = z.union([z.enum(GATE_NAMES), z.templateLiteral(['custom:', z.string()])]);

type SchemaOf<Name extends BuiltInGateName> = (typeof GATES)[Name] extends GateKind<infer Schema> ? Schema : never;

/** What an endpoint says of its gates. `false` switches a gate off; it can then neither stop nor hold up a rollout. */
function orOff<Schema extends z.ZodType>(schema: Schema) {
  return z.union([z.literal(false), schema]).prefault({} as never);
}
type Switchable = {
  readonly [Name in BuiltInGateName]: z.ZodPrefault<z.ZodUnion<[z.ZodLiteral<false>, SchemaOf<Name>]>>;
};
const switchable = Object.fromEntries(
  GATE_NAMES.map((name) => [name, orOff(kindOf(name).settings)]),
) as unknown as Switchable;

export const gatesSchema = z
  .strictObject({
    ...switchable,
    /** Any other pair of CloudWatch counters. @default none */
    custom: z.array(customSettings).max(5).default([]),
  })
  .prefault({});
type GatesSettings = z.output<typeof gatesSchema>;

/** What a gate counts for itself, beside what is counted of each version anyway. */
export interface OwnCount {
  readonly gate: GateName;
  /** In the ids of its queries. */
  readonly id: string;
  readonly mode: Mode;
  /**
   * Whether each look asks for it, or those alone that may pass: a metric costs more than all that its gate observes.
   */
  readonly everyLook: boolean;
  /** A name alone is that of a metric of the model server. */
  readonly events: CustomCounter | string;
  readonly of: CustomCounter | 'requests';
}

/** Those of the gates that are on. */
export const ownCounts = (
  gates: { readonly [Name in BuiltInGateName]?: unknown } & Pick<DeepReadonly<GatesSettings>, 'custom'>,
): readonly OwnCount[] => [
  ...GATE_NAMES.flatMap((gate): readonly OwnCount[] => {
    const { metric } = kindOf(gate);
    const chosen = gates[gate] as { readonly mode: Mode } | false | undefined;
    if (metric === undefined || !chosen) return [];
    const { mode } = chosen;
    return [{ gate, id: `Gate${metric}`, mode, everyLook: mode === 'enforce', events: metric, of: 'requests' }];
  }),
  ...gates.custom.map(({ name, mode, events, of }, index): OwnCount => ({
    ...{ gate: `custom:${name}`, id: `Custom${index}`, mode, everyLook: true, events, of },
  })),
];

/** Those that CloudWatch is asked for: a function of the user's own emits none of the model server's metrics. */
export const askedCounts = (gates: Parameters<typeof ownCounts>[0], builtIn: boolean): readonly OwnCount[] =>
  ownCounts(gates).filter(({ events }) => builtIn || typeof events !== 'string');

/** Metrics that the model server emits for gates alone, whether or not they are on: it does not know. */
export const GATE_METRICS: readonly string[] = GATE_NAMES.flatMap((name) => kindOf(name).metric ?? []);

/** As a trace keeps them: a gate that is absent is off, and of the user's own the judge needs no metric. */
type KeptSchema = {
  readonly [Name in BuiltInGateName]: z.ZodOptional<z.ZodUnion<[z.ZodLiteral<false>, SchemaOf<Name>]>>;
};
const kept = Object.fromEntries(
  GATE_NAMES.map((name) => [name, z.union([z.literal(false), GATES[name].settings]).optional()]),
) as unknown as KeptSchema;

const keptGatesSchema = z
  .strictObject({
    ...kept,
    /** In the order of `SideCounts.custom`. */
    custom: z.array(customSettings.partial({ events: true, of: true })).optional(),
  })
  .superRefine((gates, context) => {
    for (const { gate, pairs } of orderedPairs(gates))
      for (const { name, tolerance, harm, path } of pairs)
        if (harm < tolerance)
          context.addIssue({
            code: 'custom',
            path: [...gate, ...path],
            message: `must be at least the tolerance of ${name}, ${tolerance}`,
          });
  });
export type KeptGates = DeepReadonly<z.output<typeof keptGatesSchema>>;

/** Settings that the judge obeys, and that a trace keeps; what was in force is written out. */
export const judgeSettingsSchema = z.strictObject({
  /** alpha: P(ever `fail` | green inside every tolerance) <= this. */
  falseAlarmRate: z.number().gt(0).lt(1),
  /** beta: P(`pass` | some gate harmful throughout) <= this. */
  missRate: z.number().gt(0).lt(1),
  /** Settled minutes before `pass` is possible; the planned bake unless set lower. */
  minimumMinutes: z.int().min(0),
  gates: keptGatesSchema,
});
export type JudgeSettings = DeepReadonly<z.output<typeof judgeSettingsSchema>>;

/** The tolerances and harms of each gate that is on, by where it stands in the settings. */
export const orderedPairs = (
  gates: KeptGates,
): readonly { readonly gate: readonly (string | number)[]; readonly pairs: readonly OrderedPair[] }[] => [
  ...GATE_NAMES.flatMap((name) => {
    const settings = gates[name];
    return settings ? [{ gate: [name], pairs: kindOf(name).pairs(settings) }] : [];
  }),
  ...(gates.custom ?? []).map((one, index) => ({ gate: ['custom', index], pairs: orderedMargins(one) })),
];

/** The gates that are on. */
export const gatesOf = (gates: KeptGates): readonly Gate[] => [
  ...GATE_NAMES.flatMap((name) => {
    const settings = gates[name];
    return settings ? [kindOf(name).gate(settings)] : [];
  }),
  ...(gates.custom ?? []).map(customGate),
];

/** Whether a gate is on and not only observed: then alone it may stop or hold up a rollout. */
export const decides = (gates: KeptGates, name: BuiltInGateName): boolean =>
  gatesOf(gates).some((gate) => gate.name === name && gate.mode === 'enforce');

/** Every gate that is judged. */
export const judgeGates = (evidence: Evidence, { gates }: Pick<JudgeSettings, 'gates'>): readonly JudgedGate[] =>
  gatesOf(gates)
    .filter(({ notJudged }) => notJudged?.(evidence) === undefined)
    .map((gate) => judgedGate(gate, evidence));

/**
 * The canary after a proof: half of the users, until disasters are excluded. At 5 requests a minute that takes up to
 * two hours.
 */
export const SHORT_CANARY = { weight: 50, bakeMinutes: 120, until: 'proof' } as const;

/** So many points of requests more that fail, or are turned away, are a disaster that live traffic must exclude. */
const FAILURE_POINTS = 0.1;
/** A median of twice as much; a tenth of the requests beyond twice blue's tails. */
const LATENCY_PERCENT = 100;
const TAIL_POINTS = 0.1;
const PREDICTION_POINTS = 0.25;

/**
 * What a canary must still show of a green that a replay has proven: only what live traffic alone can show, that is
 * throttles, cold starts, concurrency, and inputs that no capture holds. What must be excluded is wider then; what is
 * tolerated stays as it was, so that a regression is stopped as soon as ever. Gates that speak of what no replay sees
 * stay as they were.
 */
export function afterReplay(gates: GatesSettings): GatesSettings {
  const counted = <Margins extends { readonly harm: { readonly ratio: number; readonly points: number } }>(
    gate: false | Margins,
  ) => gate && { ...gate, harm: { ...gate.harm, points: Math.max(gate.harm.points, FAILURE_POINTS) } };
  const { errors, throttles, latency, predictions } = gates;
  return {
    ...gates,
    errors: counted(errors),
    throttles: counted(throttles),
    latency: latency && {
      ...latency,
      harmPercent: Math.max(latency.harmPercent, LATENCY_PERCENT),
      harmTailPoints: Math.max(latency.harmTailPoints, TAIL_POINTS),
    },
    predictions: predictions && {
      ...predictions,
      harmPoints: Math.max(predictions.harmPoints, PREDICTION_POINTS),
      // The replay has proven rare classes one by one; no quiet endpoint's canary could.
      rare: { ...predictions.rare, harm: { ratio: 100, points: PREDICTION_POINTS } },
    },
  };
}
