import type { RolloutState } from '../../../lambdas/contract/rollout-state';
import { MINUTE_MS } from '../../../lambdas/domain/minutes';
import type { AliasChange } from '../world/story';
import type { Breach, EndpointFound, Found } from './found';

/**
 * Promise 2, for those who are asked: only a hook's clear pass leads on, or a person where one is asked beside it. And
 * the preview shows green to testers from its verification on, at any other time and at rest what is live.
 */
export function hooks(found: Found): readonly Breach[] {
  return found.endpoints.flatMap((endpoint) =>
    [
      ...endpoint.aliases.map((change) => refusedYetServed(change, found)),
      ...found.story.previews.map((change) => wrongPreview(change, endpoint)),
      previewAtRest(endpoint, found),
    ].flatMap((what) => (what === undefined ? [] : [{ promise: 2 as const, what: `${endpoint.plan.name}: ${what}` }])),
  );
}

/** Green gets users, or more of them. */
function refusedYetServed({ by, rolloutId, state, at }: AliasChange, { story }: Found): string | undefined {
  if (by !== 'shift-traffic' && by !== 'promote-green') return undefined;
  // Settings as they were then: a deploy may have brought others since.
  const { id, plan, config } = state as RolloutState;
  // A way out is asked of no one, and a drill promotes nothing.
  if (plan.action !== 'rollout') return undefined;
  const { hooks: set, approval } = config.settings;
  const answered = story.approved.has(id) || story.promoted.has(id) || approval.defaultAnswer === 'approve';
  const due = by === 'promote-green' ? (['beforeTraffic', 'beforePromotion'] as const) : (['beforeTraffic'] as const);
  for (const hook of due.filter((one) => set[one] !== undefined)) {
    const said = story.hooked.findLast((one) => one.rolloutId === rolloutId && one.hook === hook && one.at <= at);
    if (said === undefined) return `${by} of ${id}: hook ${hook} was not asked`;
    if (said.says !== 'passes' && !(said.says === 'is inconclusive' && answered))
      return `${by} of ${id}: hook ${hook} ${said.says}, and green gets users`;
  }
  return approval.mode === 'before-traffic' && !answered
    ? `${by} of ${id}: people are asked before traffic, and no one approved`
    : undefined;
}

/** Who wrote the preview may have read the live alias a while ago: calls may take a minute. */
const AGO_MS = 3 * MINUTE_MS;

type PreviewChange = Found['story']['previews'][number];

function wrongPreview(
  { at, functionName, version, by, green, rolloutId }: PreviewChange,
  { config, aliases }: EndpointFound,
): string | undefined {
  if (functionName !== config.functionName || by === 'person' || by === 'live-alias') return undefined;
  const said = `${by} of ${rolloutId ?? '?'} points the preview at version ${version}`;
  if (by === 'verify-green') return version === green ? undefined : `${said}, which is not green`;
  const changed = aliases.filter((change) => change.at > at - AGO_MS && change.at <= at);
  const last = aliases.findLast((change) => change.at <= at);
  const were =
    changed.length > 0
      ? changed.flatMap((one) => [one.before.version, one.after.version])
      : [last?.after.version].filter((one) => one !== undefined);
  return were.length === 0 || were.includes(version) ? undefined : `${said}, which is neither green nor live`;
}

function previewAtRest({ preview, alias }: EndpointFound, { cameToRest }: Found): string | undefined {
  return !cameToRest || preview === undefined || preview === alias.version
    ? undefined
    : `at rest the preview names version ${preview}, and live is ${alias.version}`;
}
