import type { ConsoleLinks } from '../../adapters/console-links';
import { fitsSubject, type Notice, plainSubject } from '../../adapters/notices';
import { adviceOn, ERROR_NAMES } from '../../contract/errors';
import { ABORTED_BY_PERSON, STOPPED_BY_ROLLBACK } from '../../contract/names';
import { afterFailing } from '../words/failing';
import { CREATE_ALIAS, liveTrafficInWords, noModel } from '../words/outcome';
import type { TransitionEvent, EndedEvent } from '../../contract/transition-event';
import {
  NOTHING_LIVE,
  approvalText,
  availableText,
  heldText,
  idleText,
  leftoverText,
  stoppedText,
  refusedText,
  supersededText,
  unavailableText,
  waitingText,
} from './texts';
import {
  longName,
  shortName,
  judgedInWords,
  longNumber,
  shortNumber,
  firstOf,
  utcMinute,
  bodyOf,
  type NoticeText,
  PREFIX,
} from './text';

const BY_NUMBERS: readonly (string | undefined)[] = ['CanaryRegressed', 'LiveRegressed', 'InsufficientEvidence'];
/** What happened says it already. */
const IN_WORDS: readonly string[] = [
  'InsufficientEvidence',
  'ApprovalRejected',
  'LiveAliasMoved',
  'MetricsUnavailable',
  'Stopped',
  'States.Timeout',
  ABORTED_BY_PERSON,
  STOPPED_BY_ROLLBACK,
];
const HAS_SECTION: readonly string[] = ERROR_NAMES;

/** The end of a rollout. */
function endText(event: EndedEvent): NoticeText {
  const { endpoint, rolloutId, green, blue, error, cause, judgement, decidedBy, outcome, proof, liveFails } = event;
  const what = happened(event);
  // First, so that no subject is too short for it: users are not safe, however it ended.
  const fails = liveFails === undefined ? '' : `version ${liveFails.version}, now live, ${liveFails.how}; `;
  // An alarm's veto has the judgement before it in its state, which did not decide.
  const gate = BY_NUMBERS.includes(error) && !decidedBy.startsWith('alarm') ? judgement?.gate : undefined;
  const judged = judgement !== undefined && (gate !== undefined || outcome === 'promoted');
  return {
    happened: `${fails}${shortName(green, rolloutId)} ${what}`,
    numbers: [
      ...(proof === undefined ? [] : [`: ${proof}`]),
      ...(gate ? [`: ${shortNumber(gate)}`] : []),
      ...(error !== undefined && cause !== undefined && gate === undefined ? [`: ${firstOf(cause)}`] : []),
      ...(error === undefined || IN_WORDS.includes(error) ? [] : [`: ${error}`]),
    ],
    inService: inService(event),
    sentence: `endpoint ${endpoint}, ${fails}${longName(green, rolloutId)} ${what}.`,
    facts: [
      ...(error === undefined ? [] : [[error, cause] as const]),
      [
        'Live',
        liveFails && `version ${liveFails.version} ${liveFails.how}, seen ${utcMinute(liveFails.at)}: ${liveFails.why}`,
      ],
      ['Proof', proof],
      ...(gate ? [['Number', longNumber(gate)] as const] : []),
      ...(judged && error === undefined ? [['Judge', judgement.reason] as const] : []),
      ...(judged ? [['Judged', judgedInWords(judgement)] as const] : []),
      ['Watch', event.unwatched && `${event.unwatched}, so it is not known how it does in service`],
      ['Decided by', decidedBy],
      ['Model', green?.model],
      ['Model before', green?.model === blue?.model ? undefined : blue?.model],
      ['Started by', `${event.startedBy}, ${utcMinute(event.startedAt)}`],
      ['Reason', event.reason],
    ],
    toDo: toDo(event),
  };
}

function inService({ liveVersion, liveCanary, liveFails, blue, green, outcome, rolloutId }: EndedEvent): string {
  // Of one that came to know its blue it is absent only where there is no alias.
  if (liveVersion === undefined && blue !== undefined) return NOTHING_LIVE;
  if (liveVersion === undefined)
    return outcome === 'rejected'
      ? 'as before, no traffic was touched'
      : 'as the live alias says, which this rollout left alone';
  const role = [green, blue].find((one) => one?.version === liveVersion);
  const name = longName(role ?? { version: liveVersion }, rolloutId);
  // A rollback that finds its target live already has one version for both.
  const isOnly = role === undefined || green?.version === blue?.version;
  return `${name}${isOnly ? '' : role === green ? ', green' : ', blue'}, ${liveTrafficInWords(liveCanary)}${liveFails ? `, and ${liveFails.how}` : ''}${noModel(role)}`;
}

function toDo({
  endpoint,
  error,
  cause,
  decidedBy,
  outcome,
  action,
  liveFails,
  liveVersion,
}: EndedEvent): readonly string[] {
  if (outcome === 'not-restored')
    return [
      'Look at what is in service now, and put a good version there: the runbook, docs/guides/operations.md, ' +
        '"Blue is not live after a revert".',
    ];
  if (liveFails !== undefined) {
    const { what, command } = afterFailing(endpoint, liveFails);
    return command === undefined ? [`${what}.`] : [`${what}:`, `  npx ${command}`];
  }
  if (error !== undefined) {
    const runbook = HAS_SECTION.includes(error)
      ? [`The runbook, docs/guides/operations.md, has a section ${error}.`]
      : [];
    return [`${adviceOn({ error, cause, decidedBy })}.`, ...runbook];
  }
  if (liveVersion === undefined) return [`${CREATE_ALIAS}.`];
  if (outcome === 'promoted' && action !== 'rollback')
    return ['Nothing. To undo it:', `  npx greenlight rollback ${endpoint} --reason '…'`];
  return ['Nothing.'];
}

/**
 * "Failed: digits: version 7 was stopped in the canary: errors 3.9 % (blue 0 %)". What does not fit is left out whole.
 */
export function subjectOf({ severity, endpoint }: TransitionEvent, { happened, numbers }: NoticeText): string {
  const start = `${PREFIX[severity]}${endpoint}: ${happened}`;
  const fitting = numbers.map((more) => `${start}${more}`).find((subject) => fitsSubject(subject));
  return fitting ?? plainSubject(start);
}

/**
 * What people are told of a transition; undefined where no person needs to hear of it.
 * @param taskToken of the question, where there is one that can still be answered with it
 */
export function noticeOf(event: TransitionEvent, links: ConsoleLinks, taskToken?: string): Notice | undefined {
  const text = textOf(event, links, taskToken);
  if (text === undefined) return undefined;
  const { id, transition, endpoint, severity } = event;
  return { id, transition, endpoint, severity, subject: subjectOf(event, text), body: bodyOf(event, text, links) };
}

/** @param taskToken none where others may read it */
export function textOf(event: TransitionEvent, links: ConsoleLinks, taskToken?: string): NoticeText | undefined {
  switch (event.transition) {
    case 'rollout-promoted':
    case 'rollout-promoted-first':
    case 'rollout-already-live':
    case 'rollout-dry-run-passed':
    case 'rollout-aborted':
    case 'rollout-reverted':
    case 'rollout-not-restored':
    case 'rollout-rejected':
      return endText(event);
    case 'approval-asked':
      return approvalText(event, links, taskToken);
    case 'judging-held':
      return heldText(event);
    case 'upload-refused':
      return refusedText(event);
    case 'upload-waiting':
      return waitingText(event);
    case 'upload-superseded':
      return supersededText(event);
    case 'deploy-stopped':
      return stoppedText(event);
    case 'leftover-weights-found':
      return leftoverText(event);
    case 'version-unavailable':
      return unavailableText(event);
    case 'version-available':
      return availableText(event);
    case 'idle-versions-deleted':
      return idleText(event);
    // Each step can be followed in the events, `status --watch` and the dashboard; a mail for each is noise.
    case 'rollout-started':
    case 'green-deployed':
    case 'rollout-waiting':
    case 'green-verified':
    case 'traffic-shifted':
    case 'bake-extended':
    case 'approval-answered':
    case 'green-promoted':
    case 'teardown-postponed':
    case 'teardown-resumed':
      return undefined;
  }
}

/** How a rollout ended, after the name of what it rolled out; true for any phase that it ended in and any cause. */
function happened(event: EndedEvent): string {
  const isRollback = event.action === 'rollback';
  switch (event.outcome) {
    case 'promoted':
      if (isRollback) return 'is back in service, as a person asked';
      return event.unwatched === undefined ? 'was promoted' : 'was promoted, unwatched';
    case 'promoted-first':
      return event.error === undefined
        ? 'was promoted, the first model of this endpoint'
        : 'stays in service although its rollout failed: it is the first model';
    case 'already-live':
      return isRollback
        ? 'stays in service: what a rollback would undo is put back already'
        : 'is live already, nothing was done';
    case 'dry-run-passed':
      return 'passed its dry run and was deleted again';
    case 'rejected':
      return 'was refused before any traffic';
    case 'reverted':
      return `was taken back after promotion${by(event)}`;
    case 'not-restored':
      return notRestored(event);
    case 'aborted':
      return `${aborted(event)}${event.action === 'drill' ? ', in a drill' : ''}`;
  }
}

/** Blue is not what serves, and that is what a person must know first. */
function notRestored({ liveVersion, green, blue }: EndedEvent): string {
  if (liveVersion === undefined) return 'could not be taken back: there is no live alias';
  if (liveVersion === green?.version) return 'is STILL live: blue could not be put back';
  if (liveVersion === blue?.version)
    return `still has a share of live traffic, or blue (version ${liveVersion}) does not work`;
  return `was taken back, but version ${liveVersion} is live instead of blue`;
}

/** Who or what took a promoted green back, where it was not the judge. */
function by({ error, decidedBy }: EndedEvent): string {
  if (decidedBy.startsWith('alarm')) return ' by an alarm';
  if (error === STOPPED_BY_ROLLBACK) return ' by a rollback';
  if (decidedBy.startsWith('person')) return ' by a person';
  if (error === 'MetricsUnavailable') return ', without numbers from CloudWatch';
  if (decidedBy.startsWith('hook')) return ' by a hook';
  if (error === 'InsufficientEvidence') return ', without proof';
  return error === 'LiveRegressed' ? '' : ' after an error';
}

function aborted(event: EndedEvent): string {
  const { error, decidedBy } = event;
  const where = whereInWords(event);
  switch (error) {
    case 'CanaryRegressed':
      return `was stopped ${decidedBy.startsWith('alarm') ? `by an alarm ${where}` : where}`;
    case 'HookFailed':
    case 'HookError':
      return `was stopped by a hook ${where}`;
    case 'InsufficientEvidence':
      return decidedBy.startsWith('hook') ? `was stopped by a hook ${where}` : `was stopped ${where}, without proof`;
    case 'DrillMissed':
      return `was not found to fail ${where}`;
    case 'ApprovalRejected':
      return decidedBy.startsWith('person') ? 'was not approved' : 'was not approved in time';
    case 'LiveAliasMoved':
      return `gave way to another change of the live alias ${where}`;
    case 'MetricsUnavailable':
      return `was stopped without numbers from CloudWatch ${where}`;
    case STOPPED_BY_ROLLBACK:
      return `gave way to a rollback ${where}`;
    case ABORTED_BY_PERSON:
    case 'Stopped':
      return `was stopped by a person ${where}`;
    case 'States.Timeout':
      return `ran out of time ${where}`;
    default:
      return decidedBy.startsWith('person') ? `was stopped by a person ${where}` : `was stopped by an error ${where}`;
  }
}

function whereInWords({ phase, outcome, step, weight }: EndedEvent): string {
  switch (phase) {
    case 'before-traffic':
      return 'before any traffic';
    case 'canary':
      return step === undefined
        ? 'at its first shift of traffic'
        : `in the canary (step ${step.number} of ${step.of}, ${weight ?? 0} %)`;
    case 'promoted':
      // The phase is noted before the alias is written; what was aborted had not got that far.
      return outcome === 'aborted' ? 'at its promotion' : 'after promotion';
  }
}
