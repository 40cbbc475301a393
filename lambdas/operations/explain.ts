import type { RolloutRecord } from '../contract/rollout-record';
import type { NextStep } from '../contract/operation-errors';
import { formatModelAddress } from '../domain/model-address';
import { adviceFor } from './advice';
import { endedView } from './ended-view';
import { findRecord } from './find-record';
import { judgementView } from './judgement-view';
import { notJudged } from './not-judged';
import { status } from './status';
import { whyItRuns } from './why-it-runs';
import type { EndedView, EndpointView, JudgementView } from '../contract/view';

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
    return { endpoint, at, rollout: null, headline: `${endpoint}: nothing was ever rolled out.`, because: [], judgement: null, next: view.next }; // prettier-ignore
  return ended(await findRecord(ports, endpoint, rolloutId ?? view.last?.id), at, view.next);
}

function ended(record: RolloutRecord, at: string, next: readonly NextStep[]): Explanation {
  const { endpoint, id, error, cause, outcome, decidedBy, reason, startedBy, state, liveVersionAfter } = record;
  const judgement = state?.judgement;
  const blamed = judgement?.gates.find(({ gate }) => gate === judgement.gate);
  return {
    endpoint,
    at,
    rollout: endedView(record),
    headline:
      error === undefined
        ? `${endpoint}: rollout ${id} ended as ${outcome ?? record.status}.`
        : `${endpoint}: rollout ${id} was ${outcome ?? 'ended'} with ${error}.`,
    because: [
      ...(cause === undefined ? [] : [cause]),
      ...(judgement === undefined || cause === judgement.reason
        ? []
        : [`The judge's last word: ${judgement.verdict}. ${judgement.reason}.`]),
      ...(blamed === undefined ? [] : [`The gate: ${blamed.summary}`]),
      ...notJudged(judgement),
      ...(judgement?.routing === undefined ? [] : [judgement.routing]),
      ...(state?.blue.silent === undefined ? [] : [`There was no canary: ${state.blue.silent}.`]),
      ...(state?.goldenSet === undefined
        ? []
        : [`Its golden set: ${formatModelAddress(state.goldenSet)}, sha256 ${state.goldenSet.sha256}.`]),
      `Decided by ${decidedBy ?? 'no one'}. Started by ${startedBy}${reason === '' ? '' : `: ${reason}`}.`,
      ...(liveVersionAfter === undefined ? [] : [`In service after it: version ${liveVersionAfter}.`]),
    ],
    judgement: judgement ? judgementView(judgement) : null,
    next: error === undefined ? next : adviceFor(endpoint, id, error),
  };
}
