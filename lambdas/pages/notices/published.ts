import type { ConsoleLinks } from '../../adapters/console-links';
import { plainSubject } from '../../adapters/notices';
import { onOneLine } from '../../contract/problems';
import type { TransitionEvent } from '../../contract/transition-event';
import { subjectOf, textOf } from './notice-of';
import { firstLine, PREFIX } from './text';

/** Most letters of one text: a chat's own limits begin at 3,000. */
const MOST = 1_500;

/** Text that can stand in any string: see `ready` in the contract. */
function plain(text: string): string {
  const safe = onOneLine(text).replaceAll('"', "'").replaceAll('\\', '/').replaceAll('<', '‹').replaceAll('>', '›');
  return safe.length <= MOST ? safe : `${safe.slice(0, Math.max(safe.lastIndexOf(' ', MOST), MOST / 2))} …`;
}

/** An event with what chats and pagers show of it: in whole texts, because their rules can make none. */
export function published(event: TransitionEvent, links: ConsoleLinks): TransitionEvent {
  const text = textOf(event, links);
  const incident = incidentOf(event, links);
  const report = 'report' in event ? event.report : undefined;
  const execution = 'executionArn' in event ? event.executionArn : undefined;
  const act = links.linkToDashboard() ?? links.linkToStateMachine();
  const read = (report && links.linkToObject(report)) ?? (execution && links.linkToExecution(execution)) ?? act;
  return {
    ...event,
    links: { act, read },
    ...(text && {
      notice: {
        title: plain(plainSubject(subjectOf(event, text))),
        inService: plain(`In service: ${text.inService}.`),
        toDo: plain(`To do: ${text.toDo.map((line) => line.trim()).join(' ')}`),
        says: plain(firstLine(PREFIX[event.severity], text.sentence)),
      },
    }),
    ...(incident && {
      incident: {
        ...incident,
        summary: plain(plainSubject(text ? subjectOf(event, text) : `${event.endpoint}: ${event.transition}`)),
      },
    }),
  };
}

type Incident = Omit<NonNullable<TransitionEvent['incident']>, 'summary'>;

/**
 * One incident for the rollouts of an endpoint, of which one runs at a time: it begins where a person is needed or a
 * rollout failed, and is over when the question was answered or a later rollout ends well. One for each version that
 * cannot be used.
 */
function incidentOf(event: TransitionEvent, links: ConsoleLinks): Incident | undefined {
  const { endpoint, transition, severity } = event;
  const about = (part: string) => `${links.app}/${endpoint}/${part}`;
  const triggers = (part: string, how: Incident['severity']): Incident => ({
    ...{ key: about(part), action: 'trigger', severity: how },
  });
  const resolves = (part: string): Incident => ({ key: about(part), action: 'resolve', severity: 'info' });
  switch (transition) {
    case 'approval-answered':
      return resolves('rollout');
    case 'version-unavailable':
      return triggers(`version-${event.version}`, event.neededFor === 'live' ? 'critical' : 'warning');
    case 'version-available':
      return resolves(`version-${event.version}`);
    case 'leftover-weights-found':
      return triggers('weights', 'warning');
    case 'rollout-not-restored':
      return triggers('rollout', 'critical');
    // A person who ended it knows.
    case 'rollout-promoted':
    case 'rollout-promoted-first':
    case 'rollout-already-live':
    case 'rollout-aborted':
    case 'rollout-reverted':
      if (severity === 'info') return resolves('rollout');
      return triggers('rollout', severity === 'failed' ? 'error' : 'warning');
    default:
      if (severity === 'failed') return triggers('rollout', 'error');
      if (severity === 'action') return triggers('rollout', 'warning');
      return undefined;
  }
}
