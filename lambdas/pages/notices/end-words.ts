import { ABORTED_BY_PERSON, STOPPED_BY_ROLLBACK } from '../../contract/names';
import type { EndedEvent } from '../../contract/transition-event';

/** How a rollout ended, after the name of what it rolled out; true whichever phase it ended in and whoever ended it. */
export function happened(event: EndedEvent): string {
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
      return aborted(event);
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
  if (error === 'InsufficientEvidence') return ', without proof';
  return error === 'LiveRegressed' ? '' : ' after an error';
}

function aborted(event: EndedEvent): string {
  const { error, decidedBy } = event;
  const where = whereInWords(event);
  switch (error) {
    case 'CanaryRegressed':
      return `was stopped ${decidedBy.startsWith('alarm') ? `by an alarm ${where}` : where}`;
    case 'InsufficientEvidence':
      return `was stopped ${where}, without proof`;
    case 'ApprovalRejected':
      return decidedBy.startsWith('person') ? 'was not approved' : 'was not approved in time';
    case 'LiveAliasMoved':
      return `gave way ${where} to another change of the live alias`;
    case 'MetricsUnavailable':
      return `was stopped ${where}, without numbers from CloudWatch`;
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

function whereInWords({ phase, step, weight }: EndedEvent): string {
  switch (phase) {
    case 'before-traffic':
      return 'before any traffic';
    case 'canary':
      return step === undefined
        ? 'at its first shift of traffic'
        : `in the canary (step ${step.number} of ${step.of}, ${weight ?? 0} %)`;
    case 'promoted':
      return 'after promotion';
  }
}
