import { ERROR_NAMES } from '../../contract/errors';
import type { RolloutRecord } from '../../contract/rollout-record';
import { versionName } from './versions';

/** What has all traffic now. */
export function inServiceNow(record: RolloutRecord): string {
  const { liveVersionAfter, outcome, state } = record;
  if (liveVersionAfter !== undefined) return `${versionName(record, liveVersionAfter)}, with all traffic.`;
  if (outcome === 'rejected' || state === undefined) return 'as before: no traffic was touched.';
  return 'as the live alias says: this rollout left it alone.';
}

/** What the runbook knows of; a person or AWS may end an execution with any other name. */
const HAS_SECTION: readonly string[] = ERROR_NAMES;

/** What a person has to do now, in a sentence or two. */
export function whatToDo(record: RolloutRecord): string {
  const { error, outcome, endpoint, state, decidedBy } = record;
  const runbook = !HAS_SECTION.includes(error ?? '')
    ? ''
    : ` The runbook, docs/guides/operations.md, has a section ${error}.`;
  if (outcome === 'not-restored')
    return 'Look at what is in service now and put a good version there: the runbook, docs/guides/operations.md, “Blue is not live after a revert”.';
  switch (error) {
    case undefined:
      break;
    case 'CanaryRegressed':
    case 'LiveRegressed':
      return `Users need nothing: blue serves them. Look below at what green did worse, correct the model and upload it again.${runbook}`;
    case 'InsufficientEvidence':
      return `Users need nothing. Green may be good: the traffic could not tell. Bake longer, give green more weight, or start it when there is more traffic.${runbook}`;
    case 'LiveAliasMoved':
      return `Check that the version in service is the one you want: the traffic was changed outside this rollout, which did not overwrite it.${runbook}`;
    case 'RestoreFailed':
      return `Blue is in service as said above, but not at once: find out why.${runbook}`;
    default:
      if (decidedBy?.startsWith('person'))
        return `Users need nothing. A person ended it; start it again if the model is still wanted.${runbook}`;
      return outcome === 'promoted-first'
        ? `Check the endpoint: it has no earlier model to go back to.${runbook}`
        : `Users need nothing. Correct what is named above, then start it again.${runbook}`;
  }
  if (outcome === 'promoted-first') return 'Nothing. There is no earlier model to go back to.';
  if (outcome === 'promoted')
    return `Nothing. To undo it, start an execution with {"endpoint": "${endpoint}", "action": "rollback"}; for ${state?.config.settings.rollbackWindowMinutes ?? 0} min it needs no canary.`;
  return 'Nothing.';
}
