import type { RolloutState } from '../contract/rollout-state';
import { MOST_HELD_MINUTES } from '../domain/judge/held-minutes';
import { notJudged } from './not-judged';
import { utc } from './utc';
import type { GateView, RolloutView } from '../contract/view';

/** What a rollout that runs waits for, and what happens when that does not come. */
export function whyItRuns(rollout: RolloutView, state: RolloutState | undefined): readonly string[] {
  const { approval, decision, judgement, phase, deadlineAt, nextLookAt, step } = rollout;
  return [
    ...(approval === null
      ? []
      : [
          approval.why === 'hold'
            ? 'The bake ended without proof, and this endpoint then holds for a person.'
            : 'This endpoint asks a person before it promotes.',
          `It was asked at ${utc(approval.askedAt)}; without an answer until ${utc(approval.expiresAt)} the answer is "${approval.defaultAnswer}".`,
        ]),
    ...(decision === null
      ? []
      : [
          `${decision.by} promotes it${decision.reason === '' ? '' : ` (${decision.reason})`}: the next look follows, unless the judge says fail.`,
        ]),
    ...(judgement === null
      ? []
      : [
          `The judge says ${judgement.verdict}: ${judgement.reason}.`,
          ...proofIn(judgement.gates),
          ...notJudged(state?.judgement),
        ]),
    ...heldIn(state),
    ...(phase === 'canary' && approval === null && step !== null && deadlineAt !== null
      ? [
          `Step ${step.number} of ${step.of} gives green ${step.weight} % for ${step.bakeMinutes + step.extendedMinutes} min; the next look is at ${utc(nextLookAt ?? deadlineAt)}, and by ${utc(deadlineAt)} ${afterwards(rollout, state)}.`,
        ]
      : []),
    ...(phase === 'promoted' && deadlineAt !== null ? [`The watch ends at ${utc(deadlineAt)}; green then stays.`] : []),
    ...reactions(judgement?.gates ?? []),
  ];
}

/** Why what is seen now proves nothing of green. */
function heldIn(state: RolloutState | undefined): readonly string[] {
  const { canary, watch } = state ?? {};
  const now = canary?.holds === true ? canary.held?.at(-1)?.why : undefined;
  return [
    ...(now === undefined
      ? []
      : [
          `The canary is held: ${now}. Minutes like this, ${canary?.held?.length ?? 0} so far, do not promote green; it is stopped if it is worse than blue in them, and after ${MOST_HELD_MINUTES} of them it ends without proof.`,
        ]),
    ...(watch?.heldMinutes === undefined
      ? []
      : [
          `The watch began again after ${watch.heldMinutes} min in which blue, asked directly, failed as green did; after ${MOST_HELD_MINUTES} of them blue comes back.`,
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
    `Promotion needs proof of no harm in every gate; missing in ${open.map(({ gate }) => gate).join(', ')}. Furthest from it is ${last?.gate}: ${last?.proof.toFixed(1)} of ${last?.passAt.toFixed(1)}.`,
  ];
}

function afterwards({ step }: RolloutView, state: RolloutState | undefined): string {
  if (step === null || state === undefined) return 'it is decided what comes next';
  if (step.number < step.of) return 'it goes on to the next weight';
  const { extendMinutes, then } = state.config.settings.onInsufficientEvidence;
  const without =
    extendMinutes > 0 && step.extendedMinutes === 0
      ? `${extendMinutes} min more without proof, then "${then}"`
      : `"${then}" without proof`;
  return `it is promoted with proof, or gets ${without}`;
}
