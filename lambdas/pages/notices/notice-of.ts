import type { TransitionEvent } from '../../contract/transition-event';
import type { ConsoleLinks } from '../../adapters/console-links';
import type { Notice } from '../../adapters/notices';
import { approvalText } from './approval-text';
import { endText } from './end-text';
import {
  availableText,
  heldText,
  idleText,
  leftoverText,
  refusedText,
  supersededText,
  unavailableText,
  waitingText,
} from './other-texts';
import { bodyOf, type NoticeText } from './text';
import { subjectOf } from './subject';

/**
 * What people are told of a transition; undefined where nobody needs to hear of it.
 * @param taskToken of the question, where there is one that can still be answered with it
 */
export function noticeOf(event: TransitionEvent, links: ConsoleLinks, taskToken?: string): Notice | undefined {
  const text = textOf(event, links, taskToken);
  if (text === undefined) return undefined;
  const { id, transition, endpoint, severity } = event;
  return { id, transition, endpoint, severity, subject: subjectOf(event, text), body: bodyOf(event, text, links) };
}

function textOf(event: TransitionEvent, links: ConsoleLinks, taskToken?: string): NoticeText | undefined {
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
    case 'leftover-weights-found':
      return leftoverText(event);
    case 'version-unavailable':
      return unavailableText(event);
    case 'version-available':
      return availableText(event);
    case 'idle-versions-deleted':
      return idleText(event);
    // Whoever wants to follow each step has the events, `status --watch` and the dashboard; a mail for each is noise.
    case 'rollout-started':
    case 'green-deployed':
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
