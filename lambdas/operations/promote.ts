import { OperationRefused } from '../contract/operation-errors';
import { isoTime } from '../domain/minutes';
import { approve, type AnsweredApproval } from './answer';
import { type Actor, type OperationNeeds } from './needs';
import { runningRollout } from './current-rollout';
import { rolloutView, utc } from './rollout-view';
import { chooseEndpoint } from '../steps/validation/find-endpoint';

type Needs = Pick<
  OperationNeeds,
  'answers' | 'approvals' | 'clock' | 'decisions' | 'executions' | 'locks' | 'records' | 'settings'
>;

export type Promoted =
  /** The rollout waited for an answer, and this was it. */
  | ({ readonly how: 'approved' } & AnsweredApproval)
  | ({
      /** The next look at the canary promotes green, unless the judge or an alarm says fail. */
      readonly how: 'decided';
      readonly endpoint: string;
      readonly rolloutId: string;
      readonly at: string;
      readonly nextLookAt: string | null;
    } & Actor);

/**
 * A person promotes green without waiting for more proof. Nothing is promoted here: the decision is kept, and the
 * workflow's next look at the canary follows it after it has judged the newest numbers. So the one writer of the alias
 * stays the one writer, `fail` and a veto alarm still stop green, and the record says who decided and why.
 * @param meant the rollout's id; by default the one that runs
 * @throws OperationRefused NothingRuns, RolloutEnded, StateChanged, TooEarlyToPromote, AlreadyPromoted,
 *   PromotionRefused, AlreadyAnswered
 */
export async function promote(ports: Needs, name: string | undefined, actor: Actor, meant?: string): Promise<Promoted> {
  const endpoint = (await chooseEndpoint(ports, name)).settings.name;
  const { lock, record } = await runningRollout(ports, endpoint, meant);
  const { rolloutId } = lock;
  const state = record?.state;
  const refused = (
    error: 'TooEarlyToPromote' | 'AlreadyPromoted' | 'PromotionRefused' | 'AlreadyAnswered',
    why: string,
  ) =>
    new OperationRefused(error, `endpoint ${endpoint}, rollout ${rolloutId}: ${why}`, [
      { what: 'See how it goes', command: `greenlight status ${endpoint}` },
    ]);
  if (state === undefined || state.phase === 'before-traffic') {
    if (state?.next === 'approve') return { how: 'approved', ...(await approve(ports, endpoint, actor, rolloutId)) };
    throw refused('TooEarlyToPromote', 'green is being tested and has no traffic yet');
  }
  if (state.phase === 'promoted') throw refused('AlreadyPromoted', 'green has all live traffic already');
  if (state.next === 'approve') return { how: 'approved', ...(await approve(ports, endpoint, actor, rolloutId)) };
  const { canary, judgement } = state;
  if (canary?.approved !== undefined)
    throw refused('AlreadyAnswered', `approved by ${canary.approved.by} at ${utc(canary.approved.at)}`);
  const now = ports.clock.now();
  const { nextLookAt } = rolloutView(state, now, undefined, undefined);
  if (judgement === undefined || judgement.greenRequests === 0)
    throw refused(
      'TooEarlyToPromote',
      `no request of green has been judged yet${nextLookAt === null ? '' : `; the next look is at ${utc(nextLookAt)}`}`,
    );
  if (judgement.verdict === 'fail' || state.next === 'abort')
    throw refused('PromotionRefused', `the judge says ${judgement.verdict}: ${judgement.reason}`);
  const at = isoTime(now);
  if (!(await ports.decisions.decideToPromote(endpoint, rolloutId, { ...actor, at }))) {
    const before = await ports.decisions.readDecision(endpoint, rolloutId);
    throw refused(
      'AlreadyAnswered',
      `${before?.by ?? 'a person'} promoted it${before === undefined ? '' : ` at ${utc(before.at)}`}`,
    );
  }
  return { how: 'decided', endpoint, rolloutId, at, nextLookAt, ...actor };
}
