import { type HtmlContent, html, dateAndTime } from '../words/html';
import { table } from '../report/sections/table';
import type { EndpointsPage, EndpointView } from '../../contract/view';
import { count } from '../../domain/numbers';
import { button, type Theme, widget, fromNow, stateBadge, versionInWords } from './widget';
import { endedAs } from '../../domain/rollout';

const HEADS = ['Endpoint', 'State', 'Blue', 'Green', 'Weight', 'Step', 'Next deadline', 'Last outcome'];

/** Questions and failures would reach no person. */
const noOneIsTold = html`<p class="note">
  <strong>No one is subscribed.</strong> Questions, failures and alarms reach no person. Subscribe to the topic of the
  output <code>NoticesTopicArn</code>: <code>npx greenlight doctor</code> has the command. A subscription by mail counts
  when its link was followed.
</p>`;

/**
 * A page of the app's endpoints, a row each. `isAnyoneTold`: whether notices reach a person; `calls`: ARN of the
 * function that shows the other pages, undefined where nothing can.
 */
export function renderEndpoints(
  shown: EndpointsPage,
  theme: Theme,
  now: string,
  isAnyoneTold: boolean,
  calls: string | undefined,
): string {
  const { views } = shown;
  const content =
    views.length === 0
      ? html`<p>The app has no endpoint yet.</p>`
      : html`${table('Endpoints', HEADS, views.map(rowOf), 'cards')} ${otherPages(shown, calls)}`;
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

function otherPages({ views, page, pages, first, total }: EndpointsPage, calls: string | undefined): HtmlContent {
  if (pages === 1) return '';
  const turn = (label: string, to: number): HtmlContent =>
    calls === undefined || to < 1 || to > pages
      ? ''
      : button({ label, calls, payload: { view: 'endpoints', page: to } });
  return html`<p class="small">
      Endpoints ${count(first)} to ${count(first + views.length - 1)} of ${count(total)}: first those that are not
      restored or ask a person, then those that roll out, then those whose last rollout failed
    </p>
    <div class="buttons"><div>${turn('Previous page', page - 1)}${turn('Next page', page + 1)}</div></div>`;
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
