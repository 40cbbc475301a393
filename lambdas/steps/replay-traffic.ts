import { dynamodbLocks } from '../adapters/dynamodb/locks';
import { dynamodbRecords } from '../adapters/dynamodb/records';
import { sha256Hex } from '../adapters/crypto';
import { lambdaAccountLimits } from '../adapters/lambda/account-limits';
import { lambdaEndpointCalls } from '../adapters/lambda/endpoint-calls';
import { s3Documents } from '../adapters/s3/documents';
import { s3Models } from '../adapters/s3/models';
import { s3ReplaySource } from '../adapters/s3/replay-source';
import { type Made, ownClock } from '../adapters/sdk/context';
import { GreenUnhealthy } from '../contract/errors';
import { EVIDENCE_DOCUMENT } from '../contract/names';
import { type KeptReplay, keptReplaySchema } from '../contract/replay';
import type { RolloutState, StateAfter } from '../contract/rollout-state';
import { afterReplay } from '../domain/gates/after-replay';
import { differing } from '../domain/judge/paired/differing';
import { judgePairs, type PairedJudgement, type PairedRules } from '../domain/judge/paired/judge-pairs';
import { isoTime, MINUTE_MS } from '../domain/minutes';
import { count, some } from '../domain/numbers';
import { type Next, STATES } from '../domain/workflow';
import { askChunk } from './replay/ask-chunk';
import { drawRequests } from './replay/draw-requests';
import { renewOwnership } from './rollout/ownership';
import { afterVerification, noted, replayMode } from './rollout/progress';
import { recordProgress } from './rollout/record-progress';

export const replayTrafficNeeds = {
  accountLimits: lambdaAccountLimits,
  clock: ownClock,
  documents: s3Documents,
  endpointCalls: lambdaEndpointCalls,
  hash: () => sha256Hex,
  locks: dynamodbLocks,
  models: s3Models,
  records: dynamodbRecords,
  replaySource: s3ReplaySource,
};
type Needs = Made<typeof replayTrafficNeeds>;

/** 3,000 pairs are 600 KB. */
const MAX_BYTES = 16_000_000;

/** The canary after a proof: half of the users, until disasters are excluded. At 5 requests a minute that takes up to two hours. */
const SHORT_CANARY = { weight: 50, bakeMinutes: 120, until: 'proof' } as const;

/**
 * Both versions answer the same requests before green has any user, and are compared pair by pair. One chunk of two minutes: what
 * was asked is kept before the next begins, so that a stop, a retry or a redrive loses one at most.
 */
export async function replayTraffic(ports: Needs, state: RolloutState): Promise<StateAfter<'replayTraffic'>> {
  const { version: green } = state.green;
  if (green === undefined) throw new GreenUnhealthy('there is no green version to replay requests to');
  await renewOwnership(ports, state);
  const { settings } = state.config;
  const begun = await keptSoFar(ports, state);
  if (begun.kept.requests.length === 0) return withoutRequests(ports, begun.state);

  const rules: PairedRules = { ...begun.kept.settings, planned: begun.kept.requests.length };
  const asked = await askChunk(ports, begun.state, begun.kept, rules);
  const judgement = judgePairs(asked.pairs, rules);
  const replay = {
    ...begun.state.replay,
    chunks: begun.state.replay.chunks + 1,
    asked: asked.asked,
    pairs: judgement.pairs,
  };
  const late = ports.clock.now() >= Date.parse(replay.since) + settings.replay.minutes * MINUTE_MS;
  const over = judgement.verdict !== 'continue' || asked.asked >= rules.planned || late || asked.stuck;
  if (!over) {
    await keep(ports, state, { ...begun.kept, ...asked });
    const going: StateAfter<'replayTraffic'> = { ...begun.state, replay, next: 'continue', waitSeconds: 1 };
    await recordProgress(ports, going);
    return going;
  }
  const verdict = verdictOf(judgement);
  const why = judgement.verdict === 'continue' ? `${endedBecause(asked.asked, rules.planned, late)}; ` : '';
  const reason = `${why}${judgement.reason}`;
  const most = differing(asked.pairs.slice(0, judgement.pairs));
  await keep(ports, state, { ...begun.kept, ...asked, verdict, reason, differing: [...most] });
  const ended: RolloutState = {
    ...begun.state,
    replay: { ...replay, verdict, reason, evidence: evidenceOf(judgement) },
    evidence: [...new Set([...(state.evidence ?? []), EVIDENCE_DOCUMENT.replay])],
  };
  const result = decided(ports, ended, reason, most);
  await recordProgress(ports, result);
  return result;
}

type Replaying = RolloutState & { readonly replay: NonNullable<RolloutState['replay']> };

/** What the chunks before this one have left, or the draw that begins it. */
async function keptSoFar(ports: Needs, state: RolloutState): Promise<{ state: Replaying; kept: KeptReplay }> {
  const { id, endpoint, replay } = state;
  if (replay !== undefined) {
    const text = await ports.documents.readDocument(endpoint, id, EVIDENCE_DOCUMENT.replay, MAX_BYTES);
    return { state: { ...state, replay }, kept: keptReplaySchema.parse(JSON.parse(text)) };
  }
  const { requests, from } = await drawRequests(ports, state);
  const { falseAlarmRate, missRate, gates } = state.config.settings;
  const since = isoTime(ports.clock.now());
  return {
    state: { ...state, replay: { since, chunks: 0, planned: requests.length, asked: 0, pairs: 0, from } },
    kept: {
      ...{ id: `${id}-replay`, kind: 'paired', endpoint, settings: { falseAlarmRate, missRate, gates } },
      ...{ requests: [...requests], asked: 0, pairs: [] },
    },
  };
}

const keep = ({ documents }: Needs, { endpoint, id }: RolloutState, kept: KeptReplay): Promise<string> =>
  documents.writeDocument(endpoint, id, EVIDENCE_DOCUMENT.replay, JSON.stringify(kept), 'application/json');

function verdictOf({ verdict, gate }: PairedJudgement): NonNullable<Replaying['replay']['verdict']> {
  switch (verdict) {
    case 'pass':
      return 'proven';
    case 'fail':
      // A better model answers otherwise, too: without labels it takes a person to tell.
      return gate === 'predictions' ? 'differs' : 'worse';
    case 'continue':
      return 'unproven';
  }
}

function endedBecause(asked: number, planned: number, late: boolean): string {
  if (asked >= planned) return `all ${count(planned)} requests were asked`;
  return late ? 'its time was over' : 'no request was answered in the time of a chunk';
}

const evidenceOf = ({ gates }: PairedJudgement): NonNullable<Replaying['replay']['evidence']> =>
  Object.fromEntries(
    gates
      // Labelled answers are counted otherwise in the canary, by what users send.
      .filter(({ gate, tests }) => gate !== 'accuracy' && tests.some(({ pairs }) => pairs > 0))
      .map(({ gate, logNoHarm }) => [gate, logNoHarm]),
  );

/** Where there is nothing to replay, the canary decides alone; unless proof is required. */
async function withoutRequests(ports: Needs, state: Replaying): Promise<StateAfter<'replayTraffic'>> {
  const none = 'there is no request to replay: none was captured yet, and there are no samples';
  const result = decided(
    ports,
    { ...state, replay: { ...state.replay, chunks: 1, verdict: 'unproven', reason: none } },
    none,
    [],
  );
  await recordProgress(ports, result);
  return result;
}

/** What follows: proof leads on to a short canary, harm to the end, a green that only differs to a person. */
function decided(
  { clock }: Pick<Needs, 'clock'>,
  state: RolloutState,
  reason: string,
  most: readonly string[],
): StateAfter<'replayTraffic'> {
  const { replay, config } = state;
  const { settings } = config;
  const refused = (error: 'ModelRejected' | 'InsufficientEvidence', cause: string): StateAfter<'replayTraffic'> =>
    noted(
      { ...state, next: 'abort', decidedBy: 'replay', refusal: { error, cause } },
      clock,
      STATES.replayTraffic,
      cause,
    );
  const asked = `replay of ${some(replay?.pairs ?? 0, 'request')}`;
  const shown = most.length === 0 ? '' : `; they differ most on ${most.join(', ')}`;
  switch (replay?.verdict) {
    case 'worse':
      return refused('ModelRejected', `${asked}, before any user: ${reason}${shown}`);
    case 'differs': {
      const cause = `${asked}: green answers otherwise than blue, and no labels vouch for it: ${reason}${shown}`;
      if (settings.replay.onDisagreement === 'reject') return refused('ModelRejected', cause);
      if (state.plan.dryRun) return noted({ ...state, next: 'discard' }, clock, STATES.replayTraffic, cause);
      const gates = settings.gates.predictions && {
        ...settings.gates,
        // Who approves has seen what differs; the canary shows it again, and decides by all else.
        predictions: { ...settings.gates.predictions, mode: 'observe' as const },
      };
      const waitSeconds = settings.approval.timeoutMinutes * 60;
      return noted(
        {
          ...state,
          next: 'approve',
          waitSeconds,
          ...(gates && { config: { ...config, settings: { ...settings, gates } } }),
        },
        clock,
        STATES.replayTraffic,
        cause,
      );
    }
    case 'proven': {
      const plan = { ...state.plan, steps: state.plan.steps.length === 0 ? [] : [SHORT_CANARY] };
      const judged = { ...settings, falseAlarmRate: settings.falseAlarmRate / 2, gates: afterReplay(settings.gates) };
      const proven: RolloutState = { ...state, plan, config: { ...config, settings: judged } };
      const weight =
        plan.steps.length === 0 ? '' : `; the canary excludes disasters alone, at ${SHORT_CANARY.weight} %`;
      return noted({ ...proven, next: next(proven) }, clock, STATES.replayTraffic, `${asked}: ${reason}${weight}`);
    }
    case 'unproven':
    case undefined: {
      if (replayMode(config) === 'required')
        return refused('InsufficientEvidence', `replay.mode is "required": ${reason}`);
      const judged = { ...settings, falseAlarmRate: settings.falseAlarmRate / 2 };
      const unproven: RolloutState = { ...state, config: { ...config, settings: judged } };
      return noted(
        { ...unproven, next: next(unproven) },
        clock,
        STATES.replayTraffic,
        `${asked} without proof: ${reason}`,
      );
    }
  }
}

const next = (state: RolloutState): Next<'replayTraffic'> => {
  const after = afterVerification(state);
  return after === 'replay' ? 'canary' : after;
};
