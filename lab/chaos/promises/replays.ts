import type { RolloutRecord } from '../../../lambdas/contract/rollout-record';
import type { RolloutState } from '../../../lambdas/contract/rollout-state';
import { MINUTE_MS } from '../../../lambdas/domain/minutes';
import { comparable, replayMode } from '../../../lambdas/steps/rollout/progress';
import type { Harm } from '../plan/draw-model';
import type { AliasChange } from '../world/story';
import { type Breach, type EndpointFound, type Found, isDrill } from './found';

/**
 * What a replay may lead to: no user meets a green that it refused, or that needed its proof; a proof rests on enough
 * requests, each asked once; and it finds what it can see, and nothing else.
 */
export function replays(found: Found): readonly Breach[] {
  return found.endpoints.flatMap((endpoint) => [
    ...endpoint.aliases.flatMap((change) => {
      const what = metUsers(change, found);
      return what === undefined
        ? []
        : [{ promise: 2 as const, what: `${endpoint.plan.name}: ${change.rolloutId} ${what}` }];
    }),
    ...endpoint.records.flatMap((record) => {
      const { state } = record;
      if (state === undefined) return [];
      const said: readonly (readonly [Breach['promise'], string | undefined])[] = [
        [2, provenByTooFew(state, endpoint)],
        [3, overlooked(state, endpoint, found)],
        [6, wronglyKept(record, state, endpoint)],
        [12, stoppedAlike(state, endpoint, found)],
      ];
      return said.flatMap(([promise, what]) =>
        what === undefined ? [] : [{ promise, what: `${endpoint.plan.name}: ${record.id} ${what}` }],
      );
    }),
  ]);
}

/**
 * Users met green, and the replay had refused it, or was required and had proven nothing: by what the step that gave
 * them green was told, as a person may delete the record.
 */
function metUsers({ by, state }: AliasChange, found: Found): string | undefined {
  const { story } = found;
  if (by !== 'shift-traffic' && by !== 'promote-green') return undefined;
  const { id, replay, plan, config, blue } = state as RolloutState;
  // A way out waits for no proof; what a drill gives users is broken on purpose, and is never promoted.
  if (plan.action === 'rollback' || isDrill(id, found) || !comparable({ blue })) return undefined;
  const approved = story.approved.has(id) || config.settings.approval.defaultAnswer === 'approve';
  switch (replay?.verdict) {
    case 'proven':
      return undefined;
    case 'worse':
      return 'gave users a green that its replay had found to be worse';
    case 'differs':
      // Without a canary no answers are compared with users' either: it is told.
      if (plan.steps.length === 0 && replayMode(config) !== 'required') return undefined;
      return approved && config.settings.replay.onDisagreement === 'ask'
        ? undefined
        : 'gave users a green that answers otherwise, and no one had approved it';
    case 'unproven':
    case undefined:
      return replayMode(config) === 'required' ? 'gave users a green without the proof that is required' : undefined;
  }
}

/** No bet of ln(1.005) a pair comes to ln(20) before this, unless blue fails where green does not. */
const LEAST_PAIRS = 600;

function provenByTooFew({ id, replay }: RolloutState, { replays: kept }: EndpointFound): string | undefined {
  const pairs = kept.get(id)?.pairs ?? [];
  const asked = new Set(pairs.map(({ request }) => request)).size;
  if (replay?.verdict !== 'proven' || asked >= LEAST_PAIRS || pairs.some(({ blue }) => blue.failed > 0))
    return undefined;
  return `counts as proven by ${asked} requests, and ${LEAST_PAIRS} are the least that can prove it`;
}

/** Of single calls these are plain: a made-up model's `errors` and `model errors` are those of live traffic alone. */
const PLAIN: readonly (Harm | undefined)[] = ['slow', 'drifting', 'not finite'];

function overlooked(state: RolloutState, endpoint: EndpointFound, found: Found): string | undefined {
  const harm = harmOf(state.green.model?.versionId, found);
  if (state.replay?.verdict !== 'proven' || !PLAIN.includes(harm) || wasIll(state, endpoint, found)) return undefined;
  return harmOf(state.blue.model?.versionId, found) === undefined
    ? `proved by ${state.replay.pairs} requests that a green which is ${harm} does no harm`
    : undefined;
}

/** Both models are faultless and answer alike. */
function stoppedAlike(state: RolloutState, endpoint: EndpointFound, found: Found): string | undefined {
  const { replay, green, blue } = state;
  if (replay?.verdict !== 'worse' && replay?.verdict !== 'differs') return undefined;
  const ill = [green, blue].some(({ model }) => harmOf(model?.versionId, found) !== undefined);
  return ill || wasIll(state, endpoint, found)
    ? undefined
    : `found a green that answers as blue does to be ${replay.verdict}: ${replay.reason ?? ''}`;
}

function wronglyKept({ status }: RolloutRecord, { id, replay }: RolloutState, { replays: all }: EndpointFound) {
  const kept = all.get(id);
  if (status !== 'ended' || kept === undefined || replay === undefined) return undefined;
  const requests = kept.pairs.map(({ request }) => request);
  const twice = requests.find((one, index) => requests.indexOf(one) !== index);
  if (twice !== undefined) return `kept the pair of ${twice} twice`;
  if (requests.some((one) => !kept.requests.includes(one))) return 'kept pairs of requests that were not drawn';
  return replay.verdict !== undefined && (kept.asked !== replay.asked || replay.pairs > requests.length)
    ? `says ${replay.asked} asked and ${replay.pairs} pairs, and kept ${kept.asked} and ${requests.length}`
    : undefined;
}

const harmOf = (versionId: string | undefined, { story }: Found): Harm | undefined =>
  story.uploads.find((one) => one.versionId === versionId)?.harm;

/** One of the two had fallen ill, had lost its object, or all versions failed, before the replay was over. */
function wasIll({ green, blue, replay }: RolloutState, { plan }: EndpointFound, { story }: Found): boolean {
  const over = Date.parse(replay?.since ?? '') + 60 * MINUTE_MS;
  const versions = [green.version, blue.version].map((version) => `${plan.name}:${version ?? ''}`);
  const objects = [green, blue].map(({ model }) => `versionId=${model?.versionId ?? ''}`);
  return (
    story.sick.some(({ where, at }) => versions.includes(where) && at <= over) ||
    story.outages.some(({ endpoint, from }) => endpoint === plan.name && from <= over) ||
    story.injected.some(
      ({ kind, where }) => kind === 'object deleted' && objects.some((object) => where.endsWith(object)),
    )
  );
}
