import { type HtmlContent, html, dateAndTime } from '../words/html';
import { table } from '../report/sections/table';
import type { EndpointView } from '../../contract/view';
import { type Theme, widget, fromNow, stateBadge, versionInWords } from './widget';
import { endedAs } from '../../domain/rollout';

const HEADS = ['Endpoint', 'State', 'Blue', 'Green', 'Weight', 'Step', 'Next deadline', 'Last outcome'];

/** Questions and failures would reach no person. */
const noOneIsTold = html`<p class="note">
  <strong>No one is subscribed.</strong> Questions, failures and alarms reach no person. Subscribe to the topic of the
  output <code>NoticesTopicArn</code>: <code>npx greenlight doctor</code> has the command. A subscription by mail counts
  when its link was followed.
</p>`;

/** All endpoints of the app, a row each. `isAnyoneTold`: whether notices reach a person. */
export function renderEndpoints(
  views: readonly EndpointView[],
  theme: Theme,
  now: string,
  isAnyoneTold: boolean,
): string {
  const content =
    views.length === 0
      ? html`<p>The app has no endpoint yet.</p>`
      : table('Endpoints', HEADS, views.map(rowOf), 'cards');
  return widget(
    theme,
    html`<p class="head">
        <span class="small"
          >as of ${dateAndTime(now)}, as rollouts noted it; what was done to a live alias from outside shows on its own
          widget, and the reconciler tells of it within its period</span
        >
      </p>
      ${isAnyoneTold ? '' : noOneIsTold} ${content}`,
  );
}

function rowOf(view: EndpointView): readonly HtmlContent[] {
  const { endpoint, state, rollout, at } = view;
  return [
    endpoint,
    stateBadge(state),
    blueOf(view),
    rollout === null ? (view.canary === null ? '–' : `version ${view.canary.version}`) : versionInWords(rollout.green),
    `${rollout?.weight ?? view.canary?.weight ?? 0} %`,
    stepOf(view),
    rollout?.deadlineAt == null ? '–' : fromNow(rollout.deadlineAt, at),
    lastOf(view),
  ];
}

/** At rest that is the version in service. */
const blueOf = ({ rollout, live }: EndpointView): string =>
  rollout !== null ? versionInWords(rollout.blue) : live === null ? 'none' : versionInWords(live);

function stepOf({ rollout }: EndpointView): string {
  if (rollout === null) return '–';
  if (rollout.step !== null) return `${rollout.step.number} of ${rollout.step.of}`;
  return rollout.phase === 'promoted' ? 'after promotion' : 'before traffic';
}

function lastOf({ last, at }: EndpointView): HtmlContent {
  if (last === null) return 'nothing yet';
  const error = last.error === null ? '' : ` (${last.error})`;
  return html`${endedAs(last, last.action)}${error}<br /><span class="small"
      >${fromNow(last.endedAt ?? last.startedAt, at)}</span
    >`;
}
