import { exposuresOf, limitOf } from './exposures';
import { MINUTE_MS } from '../../../lambdas/domain/minutes';
import type { RolloutState } from '../../../lambdas/contract/rollout-state';
import type { Harm } from '../plan/draw-model';
import type { StoredUpload } from '../world/story';
import { wasDead } from './2-promotion';
import type { Breach, EndpointFound, Found } from './found';

/** Users end on blue or on a promoted green, in time; a model bad beyond doubt is live only where a person said so. */
export function safety(found: Found): readonly Breach[] {
  const late = exposuresOf(found).flatMap((exposure): readonly Breach[] => {
    const { limitMs, fromMs } = limitOf(exposure, found);
    const took = exposure.until - fromMs;
    if (took <= limitMs) return [];
    const long = Number.isFinite(took) ? `${Math.round(took / 1000)} s` : 'for ever';
    return [
      {
        promise: 3,
        what:
          `${exposure.endpoint}: users stayed on ${exposure.what} of ${exposure.rolloutId} for ${long}, the limit ` +
          `is ${limitMs / 1000} s (${exposure.kind})`,
      },
    ];
  });
  const taken = found.story.deploys
    .filter(({ refused }) => refused === undefined)
    .map(({ endpoint, what }) => ({
      promise: 3 as const,
      what: `${endpoint}: a deploy that ${what} in the middle of a rollout was not refused`,
    }));
  return [...late, ...taken, ...found.endpoints.flatMap((endpoint) => badLive(endpoint, found))];
}

/** A model that is bad beyond doubt is live at the end: who put it there, and could it be known? */
function badLive(endpoint: EndpointFound, found: Found): readonly Breach[] {
  const { plan, alias, aliases, modelVersionId } = endpoint;
  const upload = found.story.uploads.find(({ versionId }) => versionId === modelVersionId);
  const put = aliases.findLast(
    ({ before, after }) => after.version === alias.version && before.version !== after.version,
  );
  // What a person pointed the alias at by hand is theirs.
  if (upload?.harm === undefined || put === undefined || put.by === 'person') return [];
  const why = whyNotAllowed(endpoint, found, upload, put.rolloutId);
  if (why === undefined) return [];
  // With a golden set its answers had shown the drift before the canary: they must not have excused it.
  const excused = upload.harm === 'drifting' && plan.settings.goldenSet !== undefined && why === LET_PASS;
  return [
    {
      promise: excused ? 13 : 3,
      what: `${plan.name}: version ${alias.version} with the bad model ${upload.key} (${upload.harm}) is live: ${why}`,
    },
  ];
}

const LET_PASS = 'the judge let it pass';

function whyNotAllowed(
  endpoint: EndpointFound,
  found: Found,
  { versionId, harm }: StoredUpload,
  putBy: string | undefined,
): string | undefined {
  const { records, alias } = endpoint;
  const last = records.find(({ id }) => id === putBy);
  // A revert or a rollback leads back to a version that was promoted before: by which rollout?
  const first = records.findLast(
    ({ state, outcome }) =>
      state?.green.model?.versionId === versionId && state.plan.action === 'rollout' && /^promoted/.test(outcome ?? ''),
  );
  const named = found.executions.find(({ name }) => name === putBy)?.input.includes(`"to":"${alias.version}"`);
  if (named === true) return undefined;
  const { id, state, outcome, decidedBy = '' } = first ?? last ?? {};
  // Of a record that a person deleted nothing can be said.
  if (state === undefined || id === undefined) return undefined;
  const { judgement, plan, blue } = state;
  const { model } = blue;
  if (model === undefined || outcome === 'promoted-first')
    return harm === 'unloadable' || harm === 'crashing' || harm === 'mute'
      ? 'a first model that answers nothing was promoted'
      : undefined;
  // A person, or the setting that answers for one, has seen that it answers otherwise: from there on that decides
  // nothing.
  if (harm === 'drifting' && state.replay?.verdict === 'differs') return undefined;
  // Who forces another signature has callers that send it: those of a run get answers.
  if (harm === 'other shape' && plan.force) return undefined;
  const byPerson = /^(setting|person|default answer)/.test(decidedBy) || found.story.approved.has(id);
  if (plan.steps.length > 0 && !byPerson && judgement?.verdict === 'pass')
    return noWorseThan(blue.version, model.versionId, harm, endpoint, found) ? undefined : LET_PASS;
  // A person or a setting may take the risk; the watch must act all the same, if it sees anything.
  const seen = seenInWatch(endpoint, found, state);
  if (seen === undefined) return undefined;
  return noWorseThan(blue.version, model.versionId, harm, endpoint, found) ||
    (blue.silent !== undefined && wasDead(state, found.story))
    ? undefined
    : `${decidedBy || 'a setting'} took the risk, and the watch, which saw ${seen} requests of it, did nothing`;
}

/** Judged against a blue that fails in the same way, or that had fallen ill, a bad green is no worse. */
function noWorseThan(
  blue: string,
  model: string,
  harm: Harm | undefined,
  { plan }: EndpointFound,
  { story }: Found,
): boolean {
  const sick = story.sick.some(({ where, well }) => where === `${plan.name}:${blue}` && !well);
  const outage = story.outages.some(({ endpoint }) => endpoint === plan.name);
  const badBlue = story.uploads.find(({ versionId }) => versionId === model)?.harm;
  return sick || outage || (badBlue !== undefined && (badBlue === harm || (fails(badBlue) && fails(harm))));
}

/** Three in ten of their requests fail, in one way or another. */
const fails = (harm: Harm | undefined): boolean =>
  harm === 'errors' || harm === 'model errors' || harm === 'not finite';

/**
 * Requests of green in the watch of a rollout, where they are enough to see any harm by; undefined where they are not.
 */
function seenInWatch(
  { plan, aliases }: EndpointFound,
  { story }: Found,
  { id, watch, config }: RolloutState,
): number | undefined {
  // A canary that ended on proof is watched for longer.
  const watchMinutes = watch?.minutes ?? config.settings.watchMinutes;
  const promoted = aliases.find(({ by, rolloutId }) => by === 'promote-green' && rolloutId === id);
  if (promoted === undefined || watchMinutes === 0) return undefined;
  // Green is compared with blue's last minutes with all users: a blue that has them back since a moment ago has none.
  const since =
    aliases.findLast(
      ({ at, after, before }) =>
        at < promoted.at && after.version === promoted.before.version && before.version !== after.version,
    )?.at ?? 0;
  if (promoted.at - since < (watchMinutes + 2) * MINUTE_MS) return undefined;
  const from = Math.ceil((promoted.at + 5_000) / MINUTE_MS) * MINUTE_MS;
  const until = from + watchMinutes * MINUTE_MS;
  // CloudWatch's silence is no excuse: the watch waits for its numbers, and without any it ends in a revert. What is
  // wrong in its numbers, or of half of the metrics, may hide green's harm all the same.
  if (
    story.silences.some(
      ({ partly, from: began, until: ended }) =>
        partly && began < until + 3 * MINUTE_MS && ended > from - watchMinutes * MINUTE_MS,
    )
  )
    return undefined;
  if (story.injected.some(({ kind }) => /^metrics (late|partial|missing|wrong)/.test(kind))) return undefined;
  if (plan.traffic.shape !== 'steady' || plan.traffic.requestsPerMinute < 600) return undefined;
  const requests = story.served
    .filter(
      ({ at, version, endpoint }) =>
        endpoint === plan.name && version === promoted.after.version && at >= from && at < until,
    )
    .reduce((sum, one) => sum + one.requests, 0);
  return requests >= 500 ? requests : undefined;
}
