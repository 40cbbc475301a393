import { adviceOn } from '../../contract/advice';
import { ERROR_NAMES } from '../../contract/errors';
import { ABORTED_BY_PERSON, STOPPED_BY_ROLLBACK } from '../../contract/names';
import type { EndedEvent } from '../../contract/transition-event';
import { happened } from './end-words';
import { longName, shortName } from './names';
import { firstOf, judgedInWords, longNumber, shortNumber } from './numbers';
import type { NoticeText } from './text';

const BY_NUMBERS: readonly (string | undefined)[] = ['CanaryRegressed', 'LiveRegressed', 'InsufficientEvidence'];
/** What happened says it already. */
const IN_WORDS: readonly string[] = ['InsufficientEvidence', 'ApprovalRejected', 'LiveAliasMoved', 'MetricsUnavailable', 'Stopped', 'States.Timeout', ABORTED_BY_PERSON, STOPPED_BY_ROLLBACK]; // prettier-ignore
const HAS_SECTION: readonly string[] = ERROR_NAMES;

/** The end of a rollout. */
export function endText(event: EndedEvent): NoticeText {
  const { endpoint, rolloutId, green, blue, error, cause, judgement, decidedBy, outcome } = event;
  const what = happened(event);
  // An alarm's veto has the judgement before it in its state, which did not decide.
  const gate = BY_NUMBERS.includes(error) && !decidedBy.startsWith('alarm') ? judgement?.gate : undefined;
  const judged = judgement !== undefined && (gate !== undefined || outcome === 'promoted');
  return {
    happened: `${shortName(green, rolloutId)} ${what}`,
    numbers: [
      ...(gate ? [`: ${shortNumber(gate)}`] : []),
      ...(error !== undefined && cause !== undefined && gate === undefined ? [`: ${firstOf(cause)}`] : []),
      ...(error === undefined || IN_WORDS.includes(error) ? [] : [`: ${error}`]),
    ],
    sentence: `endpoint ${endpoint}, ${longName(green, rolloutId)} ${what}.`,
    facts: [
      ...(error === undefined ? [] : [[error, cause] as const]),
      ...(gate ? [['Number', longNumber(gate)] as const] : []),
      ...(judged && error === undefined ? [['Judge', judgement.reason] as const] : []),
      ...(judged ? [['Judged', judgedInWords(judgement)] as const] : []),
      ['Watch', event.unwatched && `${event.unwatched}, so it is not known how it does in service`],
      ['In service now', inService(event)],
      ['Decided by', decidedBy],
      ['Model', green?.model],
      ['Model before', green?.model === blue?.model ? undefined : blue?.model],
      ['Started by', `${event.startedBy}, ${event.startedAt}`],
      ['Reason', event.reason],
    ],
    toDo: toDo(event),
  };
}

function inService({ liveVersion, blue, green, outcome, rolloutId }: EndedEvent): string {
  if (liveVersion === undefined)
    return outcome === 'rejected' && blue === undefined
      ? 'as before, no traffic was touched'
      : 'as the live alias says, which this rollout left alone';
  const role = [green, blue].find((one) => one?.version === liveVersion);
  const name = longName(role ?? { version: liveVersion }, rolloutId);
  return `${name}${role === undefined ? '' : role === green ? ', green' : ', blue'}, with all traffic`;
}

function toDo({ endpoint, error, outcome, action }: EndedEvent): readonly string[] {
  if (outcome === 'not-restored')
    return ['Look at what is in service now, and put a good version there: the runbook, docs/guides/operations.md, "Blue is not live after a revert".']; // prettier-ignore
  if (error !== undefined) {
    const runbook = HAS_SECTION.includes(error)
      ? [`The runbook, docs/guides/operations.md, has a section ${error}.`]
      : [];
    return [`${adviceOn(error)}.`, ...runbook];
  }
  if (outcome === 'promoted' && action !== 'rollback')
    return ['Nothing. To undo it:', `  npx greenlight rollback ${endpoint} --reason '…'`];
  return ['Nothing.'];
}
