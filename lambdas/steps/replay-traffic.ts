import { cloudwatchEvidence } from '../adapters/cloudwatch/evidence';
import { dynamodbLiveModels } from '../adapters/dynamodb/live-models';
import { dynamodbLocks } from '../adapters/dynamodb/locks';
import { dynamodbRecords } from '../adapters/dynamodb/records';
import { sha256Hex } from '../adapters/crypto';
import { lambdaAccountLimits } from '../adapters/lambda/client';
import { lambdaEndpointCalls } from '../adapters/lambda/endpoint-calls';
import { s3CapturedRequests } from '../adapters/s3/captured-requests';
import { s3Documents } from '../adapters/s3/documents';
import { s3Models } from '../adapters/s3/models';
import { type Made, ownClock } from '../adapters/sdk/context';
import { GreenUnhealthy, PreflightFailed } from '../contract/errors';
import { EVIDENCE_DOCUMENT } from '../contract/names';
import { type KeptReplay, keptReplaySchema, requestInWords } from '../contract/replay';
import type { RolloutState, StateAfter } from '../contract/rollout-state';
import { afterReplay, SHORT_CANARY } from '../domain/gates/gates';
import { differenceInWords, differing, differingInWords } from '../domain/judge/paired/differing';
import { judgePairs, type PairedJudgement, type PairedRules } from '../domain/judge/paired/judge-pairs';
import { isoTime, MINUTE_MS } from '../domain/minutes';
import { count, some } from '../domain/numbers';
import { STATES } from '../domain/workflow';
import { askChunk, CHUNK_MS } from './replay/ask-chunk';
import { drawRequests, readSamples, requestReader, type Samples } from './replay/draw-requests';
import { readBlueBefore } from './judgement/read-baseline';
import { foresee, isForeseen } from './preflight/foresee';
import { patientCalls } from './verification/ask-version';
import { renewOwnership, recordProgress } from './rollout/record-progress';
import { beforeUsers, canaryComes, noted, replayMode } from './rollout/progress';

export const replayTrafficNeeds = {
  accountLimits: lambdaAccountLimits,
  capturedRequests: s3CapturedRequests,
  clock: ownClock,
  documents: s3Documents,
  endpointCalls: lambdaEndpointCalls,
  evidence: cloudwatchEvidence,
  hash: () => sha256Hex,
  liveModels: dynamodbLiveModels,
  locks: dynamodbLocks,
  models: s3Models,
  records: dynamodbRecords,
};
type Needs = Made<typeof replayTrafficNeeds>;

/** 3,000 pairs are 600 KB; 10,000 of batches 12 MB. */
const MAX_BYTES = 16_000_000;

/**
 * Both versions answer the same requests before green has any user, and are compared pair by pair. One chunk of two
 * minutes: what was asked is kept before the next begins, so that a stop, a retry or a redrive loses one at most.
 */
export async function replayTraffic(handed: Needs, state: RolloutState): Promise<StateAfter<'replayTraffic'>> {
  const { version: green } = state.green;
  if (green === undefined) throw new GreenUnhealthy('there is no green version to replay requests to');
  const begunAt = handed.clock.now();
  // More is asked at once than in verification: new environments load their model first.
  const ports: Needs = { ...handed, endpointCalls: patientCalls(handed, [green, state.blue.version]) };
  await renewOwnership(ports, state);
  const { settings } = state.config;
  const kept = await keptSoFar(ports, state);
  const keep = await keeper(ports, state, kept, isoTime(begunAt));
  const begun = await begin(ports, state, kept);
  if (begun.kept.requests.length === 0) return withoutRequests(ports, begun.state);

  const rules: PairedRules = { ...begun.kept.settings, planned: begun.kept.requests.length };
  const read = requestReader(ports, begun.samples);
  const asked = await askChunk(ports, begun.state, begun.kept, rules, read);
  // By what was asked, and not by the clock: a redrive hours later goes on with the time that is left.
  const late = (begun.state.replay.chunks + 1) * CHUNK_MS >= settings.replay.minutes * MINUTE_MS;
  const ends = late || asked.asked >= rules.planned;
  const judgement = judgePairs(asked.pairs, rules, ends ? 'none' : 'more');
  const replay = {
    ...begun.state.replay,
    chunks: begun.state.replay.chunks + 1,
    seconds: (begun.state.replay.seconds ?? 0) + (ports.clock.now() - begunAt) / 1000,
    asked: asked.asked,
    pairs: judgement.pairs,
    serverSeconds: asked.pairs.reduce((sum, { blue, green }) => sum + (blue.ms ?? 0) + (green.ms ?? 0), 0) / 1000,
  };
  if (judgement.verdict === 'continue' && !ends) {
    await keep({ ...begun.kept, ...asked });
    const going: StateAfter<'replayTraffic'> = { ...begun.state, replay, next: 'continue', waitSeconds: 1 };
    await recordProgress(ports, going);
    return going;
  }
  const verdict = verdictOf(judgement);
  const ended = late ? 'its time was over' : `all ${count(rules.planned)} requests were asked`;
  const why = judgement.verdict === 'continue' ? `${ended}; ` : '';
  const refused = asked.refused && refusedInWords(asked.refused, asked.asked);
  // A file that fits no version proves nothing, and who named it relies on it.
  if (refused !== undefined && asked.pairs.length === 0 && begun.samples.requests.length > 0 && !state.plan.force)
    throw new PreflightFailed(`replay.samples: ${refused}`);
  const gone = asked.asked - asked.pairs.length - (asked.refused?.count ?? 0);
  const forgotten =
    gone > 0 ? `${some(gone, 'captured request')} could not be read any more, as after "greenlight forget"` : undefined;
  const reason = [`${why}${judgement.reason}`, ...[refused, forgotten].flatMap((one) => one ?? [])].join('; ');
  const most = await Promise.all(
    differing(asked.pairs.slice(0, judgement.pairs), judgement.verdict === 'fail' ? judgement.gate : undefined).map(
      async (pair) => {
        const request = await read(pair.request);
        return differenceInWords(pair, request && requestInWords(request, settings.replay.show));
      },
    ),
  );
  await keep({ ...begun.kept, ...asked, verdict, reason, differing: most });
  const over: RolloutState = {
    ...begun.state,
    replay: { ...replay, verdict, reason, evidence: evidenceOf(judgement) },
    evidence: [...new Set([...(state.evidence ?? []), EVIDENCE_DOCUMENT.replay])],
  };
  const result = decided(ports, over, reason, most);
  await recordProgress(ports, result);
  return result;
}

type Replaying = RolloutState & { readonly replay: NonNullable<RolloutState['replay']> };

interface Begun {
  readonly state: Replaying;
  readonly kept: KeptReplay;
  readonly samples: Samples;
}

/** What the chunks before this one have left; nothing before the first. */
async function keptSoFar({ documents }: Needs, { id, endpoint, replay, config }: RolloutState): Promise<KeptReplay> {
  if (replay !== undefined) {
    const text = await documents.readDocument(endpoint, id, EVIDENCE_DOCUMENT.replay, MAX_BYTES);
    return keptReplaySchema.parse(JSON.parse(text));
  }
  const { falseAlarmRate, missRate, gates } = config.settings;
  return {
    ...{ id: `${id}-replay`, kind: 'paired', endpoint, settings: { falseAlarmRate, missRate, gates } },
    ...{ requests: [], asked: 0, pairs: [] },
  };
}

/** The first chunk draws the requests. */
async function begin(ports: Needs, state: RolloutState, kept: KeptReplay): Promise<Begun> {
  const { replay } = state;
  const samples = await readSamples(ports, state, replay && kept);
  if (replay !== undefined) return { state: { ...state, replay }, kept, samples };
  const { requests, captured, from } = await drawRequests(ports, state, samples);
  const since = isoTime(ports.clock.now());
  return {
    state: { ...state, replay: { since, chunks: 0, planned: requests.length, captured, asked: 0, pairs: 0, from } },
    kept: {
      ...kept,
      ...(samples.versionId !== undefined && { samplesVersion: samples.versionId }),
      requests: [...requests],
    },
    samples,
  };
}

const refusedInWords = ({ count: times, first }: NonNullable<KeptReplay['refused']>, asked: number): string =>
  `both versions refuse ${count(times)} of ${some(asked, 'request')} as a mistake of their caller, first ${first}`;

/**
 * A run that was given up for dead, and comes to its end after the rollout's or after the run in its place has begun,
 * changes nothing of what was kept: each begins by writing that it has, before anything that may hang for long.
 */
async function keeper(
  ports: Needs,
  state: RolloutState,
  begun: KeptReplay,
  begunAt: string,
): Promise<(kept: KeptReplay) => Promise<void>> {
  const { endpoint, id } = state;
  const write = (kept: KeptReplay, over?: string) => {
    const text = JSON.stringify({ ...kept, begunAt });
    return ports.documents.writeOver(endpoint, id, EVIDENCE_DOCUMENT.replay, text, 'application/json', over);
  };
  const own = await write(begun);
  return async (kept) => {
    await renewOwnership(ports, state);
    await write(kept, own);
  };
}

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

const evidenceOf = ({ gates }: PairedJudgement): NonNullable<Replaying['replay']['evidence']> =>
  Object.fromEntries(
    gates
      // Labelled answers are counted otherwise in the canary, by what users send.
      .filter(({ gate, tests }) => gate !== 'accuracy' && tests.some(({ pairs }) => pairs > 0))
      .map(({ gate, logNoHarm }) => [gate, logNoHarm]),
  );

/**
 * Where there is nothing to replay, the canary decides alone, and what it can prove is said as without a replay; unless
 * proof is required. @throws InsufficientEvidence
 */
async function withoutRequests(ports: Needs, state: Replaying): Promise<StateAfter<'replayTraffic'>> {
  const none = 'there is no request to replay: none was captured yet, and there are no samples';
  const replay = { ...state.replay, chunks: 1, verdict: 'unproven', reason: none } as const;
  const alone = replayMode(state.config) !== 'required' && canaryComes(state);
  const outlook = alone && isForeseen(state) ? foresee(state, await readBlueBefore(ports, state, 'whole')) : undefined;
  const said = outlook === undefined ? none : `${none}; ${outlook.words}`;
  const result = decided(ports, { ...state, replay, ...(outlook && { outlook }) }, said, []);
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
  const shown = differingInWords(most);
  switch (replay?.verdict) {
    case 'worse':
      return refused('ModelRejected', `${asked}, before any user: ${reason}${shown}`);
    case 'differs': {
      const cause = `${asked}: green answers otherwise than blue, and no labels vouch for it: ${reason}${shown}`;
      if (settings.replay.onDisagreement === 'reject') return refused('ModelRejected', cause);
      if (state.plan.dryRun) return noted({ ...state, next: 'discard' }, clock, STATES.replayTraffic, cause);
      // Who rolls out without a canary compares no answers with users either; what was found is told.
      if (!canaryComes(state) && replayMode(config) !== 'required')
        return noted(goesOn(state), clock, STATES.replayTraffic, cause);
      const gates = settings.gates.predictions && {
        ...settings.gates,
        // Who approves has seen what differs; the canary shows it again, and decides by all else.
        predictions: { ...settings.gates.predictions, mode: 'observe' as const },
      };
      const differs: RolloutState = {
        ...state,
        asksPerson: true,
        ...(gates && { config: { ...config, settings: { ...settings, gates } } }),
      };
      return noted(goesOn(differs), clock, STATES.replayTraffic, cause);
    }
    case 'proven': {
      const plan = { ...state.plan, steps: state.plan.steps.length === 0 ? [] : [SHORT_CANARY] };
      const judged = { ...settings, falseAlarmRate: settings.falseAlarmRate / 2, gates: afterReplay(settings.gates) };
      const proven: RolloutState = { ...state, plan, config: { ...config, settings: judged } };
      const weight =
        plan.steps.length === 0 ? '' : `; the canary excludes disasters alone, at ${SHORT_CANARY.weight} %`;
      return noted(goesOn(proven), clock, STATES.replayTraffic, `${asked}: ${reason}${weight}`);
    }
    case 'unproven':
    case undefined: {
      if (replayMode(config) === 'required')
        return refused('InsufficientEvidence', `replay.mode is "required": ${reason}`);
      // What was looked at has spent half of the false alarms; where nothing was, the canary has them all.
      const spent = (replay?.pairs ?? 0) > 0;
      const { throttles } = afterReplay(settings.gates);
      // No replay shows throttles: what live traffic alone can show keeps its own margin, or it would hold up all the
      // others' proof.
      const judged = spent
        ? { ...settings, falseAlarmRate: settings.falseAlarmRate / 2, gates: { ...settings.gates, throttles } }
        : settings;
      const unproven: RolloutState = { ...state, config: { ...config, settings: judged } };
      return noted(goesOn(unproven), clock, STATES.replayTraffic, `${asked} without proof: ${reason}`);
    }
  }
}

/** With how long a person is waited for, where one is asked. */
const goesOn = (state: RolloutState): StateAfter<'replayTraffic'> => ({
  ...state,
  next: beforeUsers(state),
  waitSeconds: state.config.settings.approval.timeoutMinutes * 60,
});
