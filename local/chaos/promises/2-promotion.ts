import type { RolloutState } from '../../../lambdas/contract/rollout-state';
import type { AliasChange } from '../watch/story';
import type { Breach, Found } from './found';

const RESTORES: readonly string[] = ['restore-blue', 'safety-net', 'reconcile'];

/** Only a pass, a person's approval or an explicit setting promotes, in one write; only a restore goes back. */
export function promotion(found: Found): readonly Breach[] {
  return found.endpoints.flatMap((endpoint) =>
    endpoint.aliases.flatMap((change, index) => {
      const what = wrongWrite(change, endpoint.aliases.slice(0, index), found);
      return what === undefined ? [] : [{ promise: 2 as const, what: `${endpoint.plan.name}: ${what}` }];
    }),
  );
}

function wrongWrite(change: AliasChange, earlier: readonly AliasChange[], found: Found): string | undefined {
  const { before, after, by, rolloutId } = change;
  if (by === 'person' || by === 'live-alias') return undefined;
  const said = `${by} of ${rolloutId ?? '?'}: ${JSON.stringify(before)} → ${JSON.stringify(after)}`;
  const overwritten = overwrites(change, earlier);
  if (overwritten !== undefined) return `${said}: ${overwritten}`;
  const moves = before !== undefined && before.version !== after.version;
  if (by === 'promote-green') {
    if (before !== undefined && !moves) return `${said}: promotes in more than one write`;
    const why = whyNotPromoted(change.state as RolloutState, found);
    return why && `${said}: ${why}`;
  }
  if (by === 'shift-traffic') return moves ? `${said}: a shift moves the version` : undefined;
  if (!RESTORES.includes(by)) return `${said}: this handler never writes the alias`;
  if (!moves) return Object.keys(after.weights).length > 0 ? `${said}: a restore leaves weights` : undefined;
  const promoted = earlier.findLast((one) => one.by === 'promote-green' && one.after.version === before.version);
  return promoted?.before?.version === after.version || promoted?.before === undefined
    ? undefined
    : `${said}: a restore goes to another version than blue`;
}

/** A person's change during a rollout stays: the rollout may only take its own green's weight away. */
function overwrites({ rolloutId, before, after }: AliasChange, earlier: readonly AliasChange[]): string | undefined {
  const last = earlier.at(-1);
  if (last?.by !== 'person' || rolloutId === undefined || before === undefined) return undefined;
  if (!earlier.some((one) => one.rolloutId === rolloutId)) return undefined;
  const onlyClears = before.version === after.version && Object.keys(after.weights).length === 0;
  const own = earlier.findLast((one) => one.rolloutId === rolloutId && one.by === 'promote-green')?.after.version;
  return onlyClears || own === before.version ? undefined : "overwrites a person's change";
}

function whyNotPromoted(state: RolloutState, { story }: Found): string | undefined {
  const { plan, blue, judgement, next, config, decidedBy } = state;
  if (plan.dryRun) return 'a dry run promotes';
  const { approval, onInsufficientEvidence } = config.settings;
  if (next === 'approve')
    return story.approved.has(state.id) || approval.defaultAnswer === 'approve'
      ? undefined
      : 'promotes although nobody approved';
  if (plan.steps.length === 0 || blue.model === undefined) return undefined;
  if (judgement?.verdict === 'pass' && next === 'promote')
    return judgement.greenRequests > 0 ? undefined : 'passes without a single request of green';
  if (onInsufficientEvidence.then === 'promote' && judgement?.verdict !== 'fail' && next === 'promote')
    return undefined;
  // Nobody overrules a judge that says fail, nor promotes what nobody has judged.
  if (story.promoted.has(state.id) && next === 'promote' && judgement !== undefined && judgement.verdict !== 'fail')
    return judgement.greenRequests > 0 ? undefined : 'a person promotes without a single request of green';
  return `promotes with verdict ${judgement?.verdict ?? 'none'} (next ${next}, decided by ${decidedBy ?? 'nobody'})`;
}
