import * as z from 'zod';
import { type Baseline, baselineSchema, eventCountSchema } from '../domain/evidence';
import { notJudgedSchema, verdictSchema } from '../domain/judge/judgement';
import { gateNameSchema } from '../domain/gates/gates';
import { TASKS } from '../domain/task';
import { ACTIONS, OUTCOMES } from '../domain/rollout';
import { type DecidingState, type Next, NEXT_WORDS } from '../domain/workflow';
import { ERROR_NAMES } from './errors';
import { failingSchema } from './failing';
import { hookResultSchema } from './hooks';
import { endpointConfigSchema } from './endpoint-settings';
import { strategySchema, strategyStepsSchema } from './strategy';

/** An object of the bucket, by its version and the hash of its bytes. */
export const pinnedModelSchema = z.object({
  bucket: z.string().min(1),
  key: z.string().min(1),
  versionId: z.string().min(1),
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
});

const served = z.object({ version: z.string().min(1), model: pinnedModelSchema.optional() });
const durations = z.array(z.number().min(0));
const isoTime = z.string().regex(/^\d{4}-\d\d-\d\dT/);
const askedSchema = z.object({ at: isoTime, blue: eventCountSchema, green: eventCountSchema });

/** One that a former version wrote is read from CloudWatch again: the same minutes, and no others were looked at. */
const baseline = (baselineSchema as z.ZodType<Baseline>).optional().catch(undefined);

/** What each step gets and returns, whole. What needs proof later is with the record: a payload has 256 KiB. */
export const rolloutStateSchema = z.object({
  /** The execution's name. */
  id: z.string().min(1),
  /** Owner of the endpoint's lock. */
  executionArn: z.string().min(1),
  startedAt: isoTime,
  endpoint: z.string().min(1),
  /** Settings in force, as they were when the rollout began. */
  config: endpointConfigSchema,
  plan: z.object({
    action: z.enum(ACTIONS),
    strategy: strategySchema,
    steps: strategyStepsSchema,
    reason: z.string(),
    startedBy: z.string(),
    /** What the input asked for, as it was written. */
    requestedModel: z.string().optional(),
    dryRun: z.boolean(),
    force: z.boolean(),
  }),
  phase: z.enum(['before-traffic', 'canary', 'promoted']),
  /** The version the live alias pointed at when the rollout began. */
  blue: served.extend({
    /** Why it cannot be compared with, in words: it did not answer when green was verified, or has died beside it. */
    silent: z.string().optional(),
  }),
  /** The candidate: model from validation on, version once published, CodeSha256 where its deploy's is another. */
  green: served.partial().extend({ codeAhead: z.string().min(1).optional() }),
  /** The golden set that green is held to, pinned when the rollout began. */
  goldenSet: pinnedModelSchema.optional(),
  /** What was understood of the models, by the golden set, else by what green answered when it was verified. */
  understood: z
    .object({
      task: z.enum(TASKS),
      /** What decided it, in words. */
      why: z.string(),
      inputs: z.array(z.string()),
      outputs: z.array(z.string()),
      /** How good blue is on the golden set, in words. */
      blue: z.string().optional(),
    })
    .optional(),
  /** What green's environment says that it answers: by the settings, or the golden set's labels. */
  task: z.enum(TASKS).optional(),
  /** Text labels of the golden set. */
  labels: z.array(z.string()).optional(),
  /** What both versions tell that they count of their answers; absent before they were asked. */
  answers: z
    .object({
      /** Names of measures. */
      measures: z.array(z.string()),
      /** Why there are none that both count. */
      nothing: z.string().optional(),
      /** Their classes, where these are not the settings'. */
      blueClasses: z.array(z.string()).optional(),
      /** @default blue's */
      greenClasses: z.array(z.string()).optional(),
    })
    .optional(),
  alias: z.object({ revisionId: z.string().min(1) }),
  /** What users may be left with and failed when it was last seen, until it is seen to answer. */
  failing: failingSchema.optional(),
  /** Testers meet green behind the preview alias since its verification. */
  preview: z.object({ url: z.string().optional() }).optional(),
  /** What hooks said, in the order in which they were called. */
  hooks: z.array(hookResultSchema).optional(),
  /** What was found lets a person decide what comes next, whatever the approval's mode; a yes answers it. */
  asksPerson: z.literal(true).optional(),
  canary: z
    .object({
      /** Index of the current step in `plan.steps`. */
      step: z.int().min(0),
      /** Stretches of whole minutes at one weight, in order; the last is open until the next shift. */
      windows: z.array(z.object({ from: isoTime, until: isoTime.optional(), weight: z.int() })).min(1),
      /** Minutes added once because the evidence did not suffice. */
      extendedMinutes: z.int().min(0),
      /** Blue's numbers before the canary, fixed at the first look. */
      baseline,
      /** Minutes left out of the evidence for good, and why. */
      leftOut: z.array(z.object({ minute: isoTime, why: z.string() })),
      /** Minutes in which blue itself was far outside its own hour, and how: they prove nothing of green. */
      held: z.array(z.object({ minute: isoTime, why: z.string() })).optional(),
      /** The last minute that was judged is one of them. */
      holds: z.boolean().optional(),
      /** Who said yes to its promotion, when, and how many looks there were since. */
      approved: z.object({ by: z.string(), at: isoTime, looks: z.int() }).optional(),
      /** An alarm that may veto is in ALARM since then, beside a blue that answers us nothing. */
      alarmSince: isoTime.optional(),
    })
    .optional(),
  watch: z
    .object({
      /** It begins again after minutes in which blue, asked directly, failed as green did. */
      from: isoTime,
      /** How many minutes are watched. @default the endpoint's setting, in a state of before it was kept here */
      minutes: z.int().min(0).optional(),
      /** Minutes more, for those whose numbers never came. */
      added: z.int().min(0).optional(),
      baseline,
      /** Such minutes so far. */
      heldMinutes: z.int().min(0).optional(),
      /** Both versions answered again at the last look of a hold, whose last minutes were let pass once. */
      recovered: z.boolean().optional(),
      /** The newest look at which both failed what they were asked, before users' failures could be read. */
      bothFailed: askedSchema.optional(),
      /** The newest at which one of them failed and the other did not: what users meet then is no outage of both. */
      oneFailed: askedSchema.optional(),
      /** Likewise the newest at which both took longer than ever before, and how long. */
      bothSlow: z.object({ at: isoTime, blue: durations, green: durations }).optional(),
      /** How often green's newest minutes, which had not settled, were read before it was taken back. */
      readAgain: z.int().min(0).optional(),
      /** Start of the minute in which we called the live alias ourselves, to see whether CloudWatch counts it. */
      calledAt: isoTime.optional(),
      /** Calls of our own that the watch made. */
      calls: z.int().min(0).optional(),
      /** Why it is not known how green does in service; absent where it was watched. */
      unwatched: z.string().optional(),
    })
    .optional(),
  /** Seconds until the next look; read by the Wait states. */
  waitSeconds: z.int().min(1),
  /** What comes next; read by the Choice states. */
  next: z.enum(NEXT_WORDS),
  weights: z.array(z.object({ at: isoTime, weight: z.number() })),
  /** Before its turn: what it waits for, in words. */
  waitsFor: z.string().optional(),
  timeline: z.array(z.object({ at: isoTime, state: z.string(), note: z.string() })),
  /** The latest judgement in short. */
  judgement: z
    .object({
      verdict: verdictSchema,
      /** Of `fail`: the beginning of the first of the bad minutes that led to it. */
      badSince: isoTime.optional(),
      gate: gateNameSchema.optional(),
      reason: z.string(),
      settledMinutes: z.int(),
      blueRequests: z.int(),
      greenRequests: z.int(),
      logEvidence: z.number(),
      logLimit: z.number(),
      logNonInferiorityLimit: z.number(),
      /** Settled minutes that were not judged, and why. */
      leftOut: z.array(z.object({ minute: z.string(), why: z.string() })).default([]),
      /** Set when requests were not routed as the weights say: a warning in words. */
      routing: z.string().optional(),
      /** Gates that are on and were not judged, and why. */
      notJudged: z.array(notJudgedSchema).optional(),
      gates: z.array(
        z.object({
          gate: gateNameSchema,
          counts: z.string(),
          blue: eventCountSchema,
          green: eventCountSchema,
          logEvidence: z.number(),
          logNonInferiority: z.number(),
          /** Of a gate that does not decide: what it would have done, in words. */
          observed: z.string().optional(),
          summary: z.string(),
          /** How soon a green that is just harmful would be stopped at this traffic, in words. */
          reaction: z.string().optional(),
        }),
      ),
    })
    .optional(),
  verification: z
    .object({
      /** What green's model took to load. */
      load: z.object({ bytes: z.number(), downloadMs: z.number(), openMs: z.number() }),
      rows: z.int(),
      goldenAccuracy: z.number(),
      blueAccuracy: z.number(),
      goldenError: z.number(),
      blueError: z.number(),
      /** Median of green's answers to the golden set, as the caller saw them. */
      goldenMedianMs: z.number(),
      /** Rows that green got wrong: those that blue gets right first, or of a regression the furthest off. */
      goldenWrong: z.array(
        z.object({ row: z.int(), label: z.string(), green: z.string(), blue: z.string().optional() }),
      ),
      /** How many there are. */
      goldenWrongRows: z.int(),
      /** What the golden set cannot show, in words. */
      goldenWarnings: z.array(z.string()),
      /** Green's answers against blue's on the same requests, per class index. The gate expects what is vouched for. */
      predictionShift: z.object({
        source: z.enum(['captured requests', 'golden set']),
        answers: z.int().min(1),
        classes: z.array(
          z.object({
            class: z.int().min(0),
            shift: z.number(),
            standardError: z.number().min(0),
            vouched: z.literal(true).optional(),
          }),
        ),
      }),
    })
    .partial()
    .optional(),
  /** Both versions' answers to the same requests; the cells are in a document of their own. */
  replay: z
    .object({
      since: isoTime,
      /** Runs of the state so far. */
      chunks: z.int().min(0),
      /** Seconds that those runs took, without waits between them; absent in records of before it was summed. */
      seconds: z.number().min(0).optional(),
      /** Requests drawn, and how many of them were asked. */
      planned: z.int().min(0),
      /** Of those drawn, captured requests; absent in records of before they were counted. */
      captured: z.int().min(0).optional(),
      asked: z.int().min(0),
      /** Seconds that both versions' servers took for them, together; absent in records of before it was summed. */
      serverSeconds: z.number().min(0).optional(),
      /** Pairs that were judged. */
      pairs: z.int().min(0),
      /** Where the requests came from, in words. */
      from: z.string(),
      /** `differs`: green answers otherwise, and a person decides. Absent as long as it goes on. */
      verdict: z.enum(['proven', 'worse', 'differs', 'unproven']).optional(),
      reason: z.string().optional(),
      /** ln of each gate's evidence against "green is harmful", from which the canary goes on without a proof. */
      evidence: z.record(z.string(), z.number()).optional(),
    })
    .optional(),
  /** What blue's traffic was expected to prove, before green had any; of a canary that ends on proof. */
  outlook: z
    .object({
      requestsPerMinute: z.number(),
      medianMinutes: z.number().nullable(),
      withinMinutes: z.number(),
      chance: z.number(),
      words: z.string(),
      advice: z.array(z.string()),
    })
    .optional(),
  /** Requests of blue in its hour, as CloudWatch told them when green was verified. @default not looked at */
  hadRequests: z.number().optional(),
  /** Which made-up request both versions answered before green had traffic: the watch asks both when green fails. */
  control: z.int().min(0).optional(),
  /** How long both took for it then, each time. @default they are not asked about slowness */
  controlMs: z.object({ blue: durations, green: durations }).optional(),
  /** Key of the samples file that is replayed, where there is one. */
  samples: z.string().optional(),
  /** Names of the documents with evidence that were written beside the record. */
  evidence: z.array(z.string()).optional(),
  outcome: z.enum(OUTCOMES).optional(),
  /** Who or what decided the end: the judge, a person, a setting, a check. */
  decidedBy: z.string().optional(),
  /** A person's answer, written by AwaitApproval; a time-out leaves an error there instead. */
  approval: z.unknown().optional(),
  /** Why a deciding step ends the rollout without promoting, or undoes it. */
  refusal: z.object({ error: z.enum(ERROR_NAMES), cause: z.string() }).optional(),
  /** Why the workflow could not put blue back when it last tried, and why it had to. */
  notRestored: z.string().optional(),
  /** Written by a Catch: what ended the rollout. */
  failure: z.unknown().optional(),
});
export type RolloutState = z.output<typeof rolloutStateSchema>;
/** What a deciding step hands on: the state, with a word that the state machine knows of it. */
export type StateAfter<S extends DecidingState> = RolloutState & { readonly next: Next<S> };

/** What the first state hands to ValidateModel, and the failing ends to their restore. */
export const executionContextSchema = z.object({
  id: z.string().min(1),
  name: z.string().min(1),
  startTime: z.string().min(1),
});
