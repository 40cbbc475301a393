import type { Content, Html } from '../../words/html';
import { html } from '../../words/html';
import { facts } from '../../report/sections/table';
import type { EndpointView, RolloutView } from '../../../contract/view';
import { fromNow } from '../moments';
import { versionInWords } from '../version';

type Fact = readonly [name: string, value: Content];

/** What is in service and what runs, in facts. */
export function factsOf(view: EndpointView): Html {
  const { rollout, live, liveSince, canary, waitingUpload, teardownHold, at } = view;
  return facts([
    ...(rollout === null
      ? [
          ['Live', live === null ? 'nothing: the live alias was deleted' : versionInWords(live)] as const,
          ['Live since', liveSince === null ? undefined : fromNow(liveSince, at)] as const,
          ['Weights', canary === null ? undefined : `${canary.weight} % on version ${canary.version}, which no rollout owns`] as const, // prettier-ignore
        ]
      : ofRollout(rollout, at)),
    ['Waiting upload', waitingUpload?.key],
    ['Teardown', teardownHold === null ? undefined : html`put off until ${fromNow(teardownHold.until, at)}${teardownHold.reason === '' ? '' : `: ${teardownHold.reason}`}`], // prettier-ignore
  ]);
}

function ofRollout(rollout: RolloutView, at: string): readonly Fact[] {
  const { approval, blue, deadlineAt, decision, green, nextLookAt, reason, startedAt, startedBy, step, weight } =
    rollout;
  return [
    ['Green', `${versionInWords(green)}: ${weight} % of live traffic`],
    ['Blue', versionInWords(blue)],
    ['Step', step === null ? undefined : `${step.number} of ${step.of}: ${step.weight} % for ${step.bakeMinutes + step.extendedMinutes} min`], // prettier-ignore
    ['Next look', nextLookAt === null ? undefined : fromNow(nextLookAt, at)],
    [approval === null ? 'Decision by' : 'Answer by', deadlineAt === null ? undefined : fromNow(deadlineAt, at)],
    ['Promoted by', decision === null ? undefined : `${decision.by}, at the next look: ${decision.reason}`],
    ['Started', html`${fromNow(startedAt, at)}, by ${startedBy}`],
    ['Why', reason],
  ];
}
