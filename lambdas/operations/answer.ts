import { OperationRefused } from '../contract/operation-errors';
import { isoTime } from '../domain/minutes';
import { endedAs } from '../domain/rollout';
import { asksBeforeUsers, type PersonsAnswer } from '../contract/decisions';
import type { Approval } from '../adapters/dynamodb/decisions';
import { type Actor, type OperationNeeds } from './needs';
import { currentRollout } from './current-rollout';
import { utc } from './rollout-view';
import { chooseEndpoint } from '../steps/validation/find-endpoint';

type Needs = Pick<OperationNeeds, 'answers' | 'approvals' | 'clock' | 'executions' | 'locks' | 'records' | 'settings'>;

export interface AnsweredApproval {
  readonly endpoint: string;
  readonly rolloutId: string;
  readonly approved: boolean;
  readonly by: string;
  readonly reason: string;
  readonly at: string;
  /** No user has met green. */
  readonly beforeUsers: boolean;
}

/** What an answer leads to. */
export function afterAnswer({ approved, beforeUsers }: AnsweredApproval): string {
  if (approved)
    return beforeUsers ? 'green goes on to users' : 'green is promoted, in a canary after a last look at it';
  return beforeUsers ? 'the rollout ends, and blue stays' : 'blue is being put back';
}

export const approve = (
  ports: Needs,
  endpoint: string | undefined,
  actor: Actor,
  rolloutId?: string,
  askedAt?: string,
) => answer(ports, endpoint, { approved: true, ...actor }, rolloutId, askedAt);

export const reject = (
  ports: Needs,
  endpoint: string | undefined,
  actor: Actor,
  rolloutId?: string,
  askedAt?: string,
) => answer(ports, endpoint, { approved: false, ...actor }, rolloutId, askedAt);

/**
 * Answers the question that a rollout asks, with its task token. Step Functions takes the first of two answers, from
 * any caller and in whatever way; what is noted here is only for those who come later.
 * @param rolloutId the rollout whose question is answered; by default the one that runs
 * @param askedAt when that question was asked; by default the newest of that rollout
 * @throws OperationRefused NothingRuns, NothingToApprove, AlreadyAnswered, ApprovalExpired, RolloutEnded, StateChanged
 */
async function answer(
  ports: Needs,
  name: string | undefined,
  given: PersonsAnswer,
  rolloutId: string | undefined,
  askedAt: string | undefined,
): Promise<AnsweredApproval> {
  const endpoint = (await chooseEndpoint(ports, name)).settings.name;
  const asked = await questionOf(ports, endpoint, rolloutId);
  if (askedAt !== undefined && askedAt !== asked.askedAt)
    throw new OperationRefused(
      'StateChanged',
      `endpoint ${endpoint}, rollout ${asked.rolloutId}: expected the question of ${utc(askedAt)}, but it asked ` +
        `anew at ${utc(asked.askedAt)}`,
      [{ what: 'See what is asked', command: `greenlight explain ${endpoint}` }],
    );
  const now = ports.clock.now();
  // Before the answer, which may move traffic, and after which nothing that fails may look like a refusal.
  const { state } = (await ports.records.readRecord(endpoint, asked.rolloutId)) ?? {};
  const beforeUsers = asksBeforeUsers(asked.why, state?.weights.at(-1)?.weight ?? 0);
  if ((await ports.answers.giveAnswer(asked.taskToken, given)) === 'too late') throw await whyTooLate(ports, asked);
  const at = isoTime(now);
  await ports.approvals.noteAnswer(asked, { ...given, at });
  return { endpoint, rolloutId: asked.rolloutId, ...given, at, beforeUsers };
}

async function questionOf(ports: Needs, endpoint: string, rolloutId: string | undefined): Promise<Approval> {
  const current = await currentRollout(ports, endpoint);
  const id = rolloutId ?? current?.lock.rolloutId;
  if (id === undefined) throw await nothingRuns(ports, endpoint);
  const asked = await ports.approvals.readApproval(endpoint, id);
  if (asked === undefined) {
    const record = await ports.records.readRecord(endpoint, id);
    if (record === undefined && rolloutId !== undefined)
      throw new OperationRefused(
        'RolloutUnknown',
        `endpoint ${endpoint}: there is no rollout ${rolloutId}`,
        history(endpoint),
      );
    throw new OperationRefused(
      'NothingToApprove',
      `endpoint ${endpoint}: rollout ${id} asks for no answer${record?.status === 'ended' ? '; it has ended' : ''}`,
      [{ what: 'See what it is doing', command: `greenlight status ${endpoint}` }],
    );
  }
  return asked;
}

/** Nothing runs: the last rollout may have asked, so that an answer to it comes too late. */
async function nothingRuns(ports: Needs, endpoint: string): Promise<OperationRefused> {
  const [last] = await ports.records.listRecords(endpoint, 1);
  const asked = last && (await ports.approvals.readApproval(endpoint, last.id));
  return asked
    ? whyTooLate(ports, asked)
    : new OperationRefused('NothingRuns', `endpoint ${endpoint}: no rollout runs`, history(endpoint));
}

async function whyTooLate(ports: Needs, asked: Approval): Promise<OperationRefused> {
  const { endpoint, rolloutId } = asked;
  const {
    answer: before,
    expiresAt,
    defaultAnswer,
  } = (await ports.approvals.readApproval(endpoint, rolloutId)) ?? asked;
  const record = await ports.records.readRecord(endpoint, rolloutId);
  const what = `endpoint ${endpoint}, rollout ${rolloutId}`;
  const ended = record?.status === 'ended' ? `; it has ended as ${endedAs(record, record.state?.plan.action)}` : '';
  const next = [{ what: 'See what came of it', command: `greenlight explain ${endpoint} --rollout ${rolloutId}` }];
  const refused = (name: 'AlreadyAnswered' | 'ApprovalExpired' | 'RolloutEnded', why: string) =>
    new OperationRefused(name, `${what}: ${why}${ended}`, next);
  if (before !== undefined)
    return refused(
      'AlreadyAnswered',
      `${before.by} ${before.approved ? 'approved' : 'rejected'} it at ${utc(before.at)}`,
    );
  if (Date.parse(expiresAt) <= ports.clock.now())
    return refused('ApprovalExpired', `the time to answer was over at ${utc(expiresAt)}; "${defaultAnswer}" counted`);
  // By the task token, from the notice: who it was is in the record as soon as the next step has written it.
  if (ended === '') return refused('AlreadyAnswered', 'it was answered already, with the task token');
  const answered = record?.error === undefined || record.error === 'ApprovalRejected';
  return answered && record?.decidedBy?.startsWith('person: ') === true
    ? refused('AlreadyAnswered', `decided by ${record.decidedBy}`)
    : refused('RolloutEnded', 'the answer is no longer waited for');
}

const history = (endpoint: string) => [{ what: 'See what has run', command: `greenlight history ${endpoint}` }];
