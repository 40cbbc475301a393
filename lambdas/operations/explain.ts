import { decidedInWords, liveInWords } from '../pages/words/outcome';
import { adviceOn } from '../contract/errors';
import type { NextStep } from '../contract/operation-errors';
import type { RolloutRecord } from '../contract/rollout-record';
import type { RolloutState } from '../contract/rollout-state';
import type { ApprovalView, EndedView, EndpointView, JudgementView, GateView, RolloutView } from '../contract/view';
import { MOST_HELD_MINUTES } from '../domain/judge/held-minutes';
import { understoodInWords } from '../domain/task';
import { stepInWords } from '../domain/strategy';
import { endedAs, formatModelAddress } from '../domain/rollout';
import { endedView, judgementView, utc } from './rollout-view';
import { findRecord } from './report';
import { status } from './status';

/** The gates that are on and were left out, each with its reason. */
const notJudged = (judgement: RolloutState['judgement']): readonly string[] =>
  (judgement?.notJudged ?? [])
    .filter(({ unused }) => unused !== true)
    .map(({ gate, why }) => `${gate}: not judged, ${why}.`);

/** The sentence for an error by its name, and where to read more. */
const adviceFor = (endpoint: string, rolloutId: string, ended: Parameters<typeof adviceOn>[0]): readonly NextStep[] => [
  { what: adviceOn(ended) },
  { what: 'See the whole report', command: `greenlight report ${endpoint} --rollout ${rolloutId} --open` },
];

/** Why an endpoint is as it is, or why a rollout ended as it did. */
export interface Explanation {
  readonly endpoint: string;
  readonly at: string;
  /** Null when nothing was ever rolled out. */
  readonly rollout: EndedView | null;
  /** One sentence. */
  readonly headline: string;
  /** More sentences, in order. */
  readonly because: readonly string[];
  readonly judgement: JudgementView | null;
  readonly next: readonly NextStep[];
}

type Needs = Parameters<typeof status>[0];

/**
 * Explains the rollout of that id, or what runs, or else what ended last.
 * @throws UnknownEndpoint, OperationRefused RolloutUnknown
 */
export async function explain(ports: Needs, name: string | undefined, rolloutId?: string): Promise<Explanation> {
  return explainView(ports, await status(ports, name), rolloutId);
}

/** The same of an endpoint that was looked at already. @throws OperationRefused RolloutUnknown */
export async function explainView(
  ports: Pick<Needs, 'records' | 'settings'>,
  view: EndpointView,
  rolloutId?: string,
): Promise<Explanation> {
  const { endpoint, at, rollout } = view;
  if (rollout !== null && (rolloutId === undefined || rolloutId === rollout.id)) {
    const record = await findRecord(ports, endpoint, rollout.id);
    return {
      endpoint,
      at,
      rollout: endedView(record),
      headline: `${endpoint}: ${rollout.action} ${rollout.id} ${rollout.doing}.`,
      because: whyItRuns(rollout, record.state),
      judgement: rollout.judgement,
      next: view.next,
    };
  }
  if (rolloutId === undefined && view.last === null)
    return {
      endpoint,
      at,
      rollout: null,
      headline: `${endpoint}: nothing was ever rolled out.`,
      because: [],
      judgement: null,
      next: view.next,
    };
  return ended(await findRecord(ports, endpoint, rolloutId ?? view.last?.id), at, view.next);
}

function ended(record: RolloutRecord, at: string, next: readonly NextStep[]): Explanation {
  const { endpoint, id, error, cause, decidedBy, reason, startedBy, state, liveVersionAfter, liveCanary } = record;
  const judgement = state?.judgement;
  const silent = state?.blue.silent;
  const blamed = judgement?.gates.find(({ gate }) => gate === judgement.gate);
  return {
    endpoint,
    at,
    rollout: endedView(record),
    headline:
      error === undefined
        ? `${endpoint}: rollout ${id} ended as ` +
          `${endedAs(record, record.state?.plan.action)}${record.proof === undefined ? '' : `: ${record.proof}`}.`
        : `${endpoint}: rollout ${id} was ${endedAs(record, record.state?.plan.action)} with ${error}.`,
    because: [
      ...(cause === undefined ? [] : [cause]),
      ...(state?.understood === undefined ? [] : [understoodInWords(state.understood)]),
      ...(judgement === undefined || cause === judgement.reason
        ? []
        : [`The judge's last word: ${judgement.verdict}. ${judgement.reason}.`]),
      ...(blamed === undefined ? [] : [`The gate: ${blamed.summary}`]),
      ...notJudged(judgement),
      ...(error === 'InsufficientEvidence' ? expected(state) : []),
      ...(judgement?.routing === undefined ? [] : [judgement.routing]),
      ...(silent === undefined || decidedBy?.startsWith(silent) === true
        ? []
        : [`Nothing to compare with: ${silent}.`]),
      ...(state?.goldenSet === undefined
        ? []
        : [`Its golden set: ${formatModelAddress(state.goldenSet)}, sha256 ${state.goldenSet.sha256}.`]),
      `${decidedInWords(decidedBy ?? 'no one')}. Started by ${startedBy}${reason === '' ? '' : `: ${reason}`}.`,
      ...(liveVersionAfter === undefined ? [] : [`In service after it: ${liveInWords(liveVersionAfter, liveCanary)}.`]),
    ],
    judgement: judgement ? judgementView(judgement) : null,
    next: error === undefined ? next : adviceFor(endpoint, id, { error, cause, decidedBy }),
  };
}

const WHY_IT_ASKS: Readonly<Record<ApprovalView['why'], string>> = {
  hold: 'The bake ended without proof, and this endpoint then holds for a person.',
  differs:
    'On the same requests green answers otherwise than blue, and no labels vouch for it; a yes begins its canary.',
  'before-promote': 'This endpoint asks a person before it promotes.',
  hook: 'A hook of this endpoint could not tell whether it may go on.',
  'before-traffic': 'This endpoint asks a person before green has any user; a yes gives it its first traffic.',
};

/** What a rollout that runs waits for, and what happens when that does not come. */
function whyItRuns(rollout: RolloutView, state: RolloutState | undefined): readonly string[] {
  const { approval, decision, judgement, phase, deadlineAt, nextLookAt, step } = rollout;
  return [
    ...(approval === null
      ? []
      : [
          WHY_IT_ASKS[approval.why],
          ...(rollout.previewUrl === null ? [] : [`Testers meet green at ${rollout.previewUrl}.`]),
          `It was asked at ${utc(approval.askedAt)}; without an answer until ${utc(approval.expiresAt)} the ` +
            `answer is "${approval.defaultAnswer}".`,
        ]),
    ...(decision === null
      ? []
      : [
          `${decision.by} promotes it${decision.reason === '' ? '' : ` (${decision.reason})`}: the next look ` +
            'follows, unless the judge says fail.',
        ]),
    ...(judgement === null
      ? []
      : [
          `The judge says ${judgement.verdict}: ${judgement.reason}.`,
          ...proofIn(judgement.gates),
          ...notJudged(state?.judgement),
        ]),
    ...expected(state),
    ...heldIn(state),
    ...(phase === 'canary' && approval === null && step !== null && deadlineAt !== null
      ? [
          `Step ${step.number} of ${step.of} gives green ` +
            `${stepInWords({ ...step, bakeMinutes: step.bakeMinutes + step.extendedMinutes })}; the next look is ` +
            `at ${utc(nextLookAt ?? deadlineAt)}, and by ${utc(deadlineAt)} ${afterwards(rollout, state)}.`,
        ]
      : []),
    ...(phase === 'promoted' && deadlineAt !== null ? [`The watch ends at ${utc(deadlineAt)}; green then stays.`] : []),
    ...reactions(judgement?.gates ?? []),
  ];
}

/** What was foreseen of this traffic, and what would help where that is little. */
const expected = (state: RolloutState | undefined): readonly string[] =>
  state?.outlook === undefined
    ? []
    : [
        `Before green had traffic: ${state.outlook.words}.`,
        ...state.outlook.advice.map((one) => `What would help: ${one}.`),
      ];

/** Why what is seen now proves nothing of green. */
function heldIn(state: RolloutState | undefined): readonly string[] {
  const { canary, watch } = state ?? {};
  const now = canary?.holds === true ? canary.held?.at(-1)?.why : undefined;
  return [
    ...(now === undefined
      ? []
      : [
          `The canary is held: ${now}. Minutes like this, ${canary?.held?.length ?? 0} so far, do not promote ` +
            `green; it is stopped if it is worse than blue in them, and after ${MOST_HELD_MINUTES} of them it ends ` +
            'without proof.',
        ]),
    ...(watch?.heldMinutes === undefined
      ? []
      : [
          `The watch began again after ${watch.heldMinutes} min in which blue, asked directly, failed as green ` +
            `did; after ${MOST_HELD_MINUTES} of them blue comes back.`,
        ]),
  ];
}

/** How soon each gate would tell. */
function reactions(gates: readonly GateView[]): readonly string[] {
  const told = gates.flatMap(({ gate, reaction }) => (reaction === null ? [] : [`- ${gate}: ${reaction}`]));
  return told.length === 0 ? [] : ['At this traffic, of a green that is just harmful:', ...told];
}

/** Promotion waits for the gate that is furthest from its proof. */
function proofIn(gates: readonly GateView[]): readonly string[] {
  const open = gates.filter(({ proof, passAt, observed }) => observed === null && proof < passAt);
  if (open.length === 0) return [];
  const [last] = [...open].sort((one, other) => one.proof / one.passAt - other.proof / other.passAt);
  return [
    `Promotion needs proof of no harm in every gate; missing in ${open.map(({ gate }) => gate).join(', ')}. ` +
      `Furthest from it is ${last?.gate}: ${last?.proof.toFixed(1)} of ${last?.passAt.toFixed(1)}.`,
  ];
}

function afterwards({ step }: RolloutView, state: RolloutState | undefined): string {
  if (step === null || state === undefined) return 'it is decided what comes next';
  if (step.until === 'works') return 'it goes on to the next weight, or ends without proof';
  if (step.number < step.of) return 'it goes on to the next weight';
  const { extendMinutes, then } = state.config.settings.onInsufficientEvidence;
  const without =
    extendMinutes > 0 && step.extendedMinutes === 0
      ? `${extendMinutes} min more without proof, then "${then}"`
      : `"${then}" without proof`;
  return `it is promoted with proof, or gets ${without}`;
}
