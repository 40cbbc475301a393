import * as z from 'zod';
import { ACTIONS, OUTCOMES } from '../domain/rollout';
import { STEP_ENDS } from '../domain/strategy';
import { ASKED_BECAUSE } from './decisions';
import { failingSchema } from './failing';
import { EVENT_SCHEMA_VERSIONS } from './names';
import { UNREADABLE_REASONS } from './unreadable';

/**
 * The events on the default bus, and what they hold: `docs/reference/events.md` shows them, and
 * `docs/reference/events.schema.json` is made of this file.
 */

/** `info`: nothing to do. `action`: a person is needed. `failed`: something ended without what was asked for. */
export type Severity = 'info' | 'action' | 'failed';
export const SEVERITIES = ['info', 'action', 'failed'] as const satisfies readonly Severity[];

const text = z.string().min(1);
/** Comes from people, keys and causes: whatever it is, it must not keep the rest from being told. */
const anyText = z.string();
const time = z.iso.datetime();
const count = z.int().min(0);
const weight = z.int().min(0).max(100);

/** Why a version that is needed cannot be used. */
export const UNAVAILABLE_REASONS = [
  'no-alias',
  'not-published',
  'no-version',
  'not-active',
  ...UNREADABLE_REASONS,
] as const;
export type UnavailableReason = (typeof UNAVAILABLE_REASONS)[number];

/**
 * Whole texts for chats and pagers, whose rules can place a text and cannot make one: on one line, without `"`, `\`,
 * `<` and `>`, so that no text from outside ends a string, or is a link or a call in a chat. The publisher adds them.
 */
const ready = {
  links: z
    .object({
      /** Where a person acts: the dashboard, or the state machine's page. */
      act: anyText,
      /** Where it is explained: the report, else the execution, else as `act`. */
      read: anyText,
    })
    .optional(),
  /** What the notice says; absent where no person needs to hear of it. */
  notice: z.object({ title: text, inService: text, toDo: text, says: text }).optional(),
  /** What a pager should do; absent where it should do nothing. */
  incident: z
    .object({
      /** The same from the moment when it begins until it is over. */
      key: text,
      action: z.enum(['trigger', 'resolve']),
      severity: z.enum(['critical', 'error', 'warning', 'info']),
      summary: text,
    })
    .optional(),
};

/** Members of every event. */
const common = {
  ...ready,
  schemaVersion: z.enum(EVENT_SCHEMA_VERSIONS),
  /** The same in every copy of the event, and in its notice: a reader that must not act twice remembers it. */
  id: text,
  severity: z.enum(SEVERITIES),
  at: time,
  endpoint: text,
};

/** A version and the address of its model, `s3://BUCKET/KEY?versionId=…`. */
const served = z.object({ version: text.optional(), model: anyText.optional() });
const step = z.object({ number: z.int().min(1), of: z.int().min(1) });
const arm = z.object({ events: count, requests: count });

/** What the judge said last, and the numbers of the gate that decided, or is furthest from proof. */
const judgement = z.object({
  verdict: z.enum(['pass', 'fail', 'continue', 'inconclusive']),
  reason: anyText,
  minutes: count,
  blueRequests: count,
  greenRequests: count,
  gate: z
    .object({
      name: text,
      /** What its events are, in words: "failed requests". */
      counts: anyText,
      blue: arm,
      green: arm,
      /** Natural logarithms: `fail` when the evidence reaches the limit. */
      evidence: z.number(),
      limit: z.number(),
    })
    .optional(),
});

/** Members of events about a rollout. */
const rollout = {
  rolloutId: text,
  executionArn: text.optional(),
  action: z.enum(ACTIONS),
  startedBy: anyText,
  reason: anyText,
  blue: served,
  green: served,
};

const upload = z.object({ bucket: text, key: text, versionId: text });

/** A version that is live, or the one that a rollback goes to. */
const needed = { version: text, neededFor: z.enum(['live', 'rollback-target']), model: anyText.optional() };

const of = <Name extends string, Shape extends z.ZodRawShape>(transition: Name, shape: Shape) =>
  z.object({ ...common, transition: z.literal(transition), ...shape });

export const ENDS = OUTCOMES.map((outcome) => `rollout-${outcome}` as const);

/** How a rollout ended. One that was refused before it had a plan says nothing of blue, green and action. */
const ended = z.object({
  ...common,
  transition: z.literal(ENDS),
  ...rollout,
  action: rollout.action.optional(),
  blue: served.optional(),
  green: served.optional(),
  outcome: z.enum(OUTCOMES),
  /** How far it had got, and the last step of its canary and green's weight there. */
  phase: z.enum(['before-traffic', 'canary', 'promoted']),
  step: step.optional(),
  weight: weight.optional(),
  error: anyText.optional(),
  cause: anyText.optional(),
  decidedBy: anyText,
  /** What a good end rests on, in words: "replay of 1,440 requests + 225 live". */
  proof: anyText.optional(),
  /** Why it is not known how a promoted green does in service; absent where it was watched, or needed no watch. */
  unwatched: anyText.optional(),
  /** Absent where the alias does not exist, or the rollout ended before it was read. */
  liveVersion: anyText.optional(),
  /** What else has traffic, by another writer. */
  liveCanary: z.object({ version: anyText, weight: z.number() }).optional(),
  /** How that version was ill when it was last seen, and the next earlier one that exists. */
  liveFails: failingSchema.optional(),
  startedAt: anyText,
  judgement: judgement.optional(),
  /** `s3://` address of its page. */
  report: anyText.optional(),
});

/** What ends a weight before its minutes are over: a total failure is excluded, or every gate has proof. */
const until = z.enum(STEP_ENDS);

export const transitionEventSchema = z.discriminatedUnion('transition', [
  of('rollout-started', {
    ...rollout,
    dryRun: z.boolean(),
    steps: z.array(z.object({ weight, bakeMinutes: z.number(), until: until.optional() })),
  }),
  /** Others run or are before it; it begins by itself. */
  of('rollout-waiting', { ...rollout, why: anyText }),
  of('green-deployed', rollout),
  of('green-verified', {
    ...rollout,
    verification: z
      .object({
        rows: count,
        goldenAccuracy: z.number(),
        blueAccuracy: z.number(),
        goldenError: z.number(),
        blueError: z.number(),
      })
      .partial()
      .optional(),
  }),
  /** With `until`, `bakeMinutes` are the most. */
  of('traffic-shifted', { ...rollout, weight, step, bakeMinutes: z.number(), until: until.optional() }),
  of('bake-extended', { ...rollout, weight, step, extendedMinutes: z.number(), judgement: judgement.optional() }),
  /** Blue itself is far outside its own hour: what is seen now proves nothing of green. */
  of('judging-held', {
    ...rollout,
    phase: z.enum(['canary', 'promoted']),
    weight,
    why: anyText,
    /** It was seen while a person is asked; who answers decides. */
    asked: z.literal(true).optional(),
  }),
  of('approval-asked', {
    ...rollout,
    why: z.enum(ASKED_BECAUSE),
    askedAt: time,
    expiresAt: time,
    defaultAnswer: z.enum(['approve', 'reject']),
    /** Where testers meet green, signed with IAM; before it has any user. */
    previewUrl: anyText.optional(),
    /** What the endpoint's hooks said so far. */
    hooks: z.array(z.object({ hook: text, verdict: text, reason: anyText })).optional(),
    weight: weight.optional(),
    judgement: judgement.optional(),
    /** How blue failed when it was last seen, which is live while it waits. */
    blueFails: failingSchema.pick({ how: true, why: true }).optional(),
  }),
  of('approval-answered', { ...rollout, approved: z.boolean(), answeredBy: anyText }),
  of('green-promoted', {
    ...rollout,
    weight: z.literal(100),
    decidedBy: anyText.optional(),
    /** How long blue is kept ready for a revert; 0 is not at all. */
    watchMinutes: z.number(),
    judgement: judgement.optional(),
  }),
  ended,
  /** Of a deploy's rollouts this one was the first to end badly: its code goes to no further endpoint. */
  of('deploy-stopped', { rolloutId: text, error: text }),
  of('upload-refused', {
    rolloutId: text,
    model: anyText,
    error: text,
    cause: anyText,
    report: anyText.optional(),
  }),
  of('upload-waiting', { upload, rolloutId: text, behind: text }),
  of('upload-superseded', { upload, rolloutId: text, why: anyText }),
  of('leftover-weights-found', { liveVersion: text, other: z.object({ version: text, weight: z.number() }) }),
  of('version-unavailable', {
    ...needed,
    reason: z.enum(UNAVAILABLE_REASONS),
    cause: anyText,
    toDo: anyText,
  }),
  of('version-available', needed),
  of('idle-versions-deleted', {
    deleted: z.array(text),
    released: z.array(text),
    kept: z.array(z.object({ version: text, why: anyText })),
  }),
  of('teardown-postponed', { until: time, reason: anyText }),
  of('teardown-resumed', { reason: anyText }),
]);

/** One transition, as it is announced, published and shown in the documentation. */
export type TransitionEvent = z.output<typeof transitionEventSchema>;
export type Transition = TransitionEvent['transition'];
/** The event of one transition, or of some. */
export type EventOf<Name extends Transition> = Extract<TransitionEvent, { readonly transition: Name }>;
export type EndedEvent = EventOf<(typeof ENDS)[number]>;
export type JudgementNumbers = z.output<typeof judgement>;

/** Every transition there is, in the order in which a rollout makes them. */
export const TRANSITIONS: readonly Transition[] = transitionEventSchema.options.flatMap((option) => [
  ...option.shape.transition.values,
]);
