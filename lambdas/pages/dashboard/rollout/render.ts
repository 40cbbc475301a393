import { html } from '../../words/html';
import type { Html } from '../../words/html';
import { weightsChart } from '../../report/sections/weights';
import { outcomeInWords, reasonInWords } from '../../words/outcome';
import { dateAndTime } from '../../words/times';
import { whatToDo } from '../../words/what-to-do';
import type { EndpointView } from '../../../contract/view';
import { type Theme, widget } from '../widget';
import { fromNow } from '../moments';
import { stateBadge } from '../state';
import { actions } from './actions';
import { factsOf } from './facts';
import { judgedPart } from './judged';
import type { Acting, RolloutPicture, Said } from './picture';

/** One endpoint: what runs or what ran last, why, and what can be done. */
export function renderRollout(picture: RolloutPicture, theme: Theme, acting?: Acting, said?: Said): string {
  const { view, headline, record } = picture;
  return widget(
    theme,
    html`${said === undefined ? '' : saidPart(said)}
      <p class="head">
        <strong>${view.endpoint}</strong> ${stateBadge(view.state)}
        <span class="small">as of ${dateAndTime(view.at)}</span>
      </p>
      <p>${headline}</p>
      ${question(view)} ${ended(picture)} ${factsOf(view)} ${record === undefined ? '' : judgedPart(record)}
      ${why(picture)} ${acting === undefined ? onlyShows : actions(view, acting)}
      ${record === undefined ? '' : weights(record)} ${links(picture)}`,
  );
}

const saidPart = ({ tone, title, text, next }: Said): Html =>
  html`<div class="said ${tone}" role="status">
    <p><strong>${title}</strong>: ${text}.</p>
    ${
      next.length === 0
        ? ''
        : html`<ul>
            ${next.map((one) => html`<li>${one}</li>`)}
          </ul>`
    }
  </div>`;

/** What a rollout asks a person. */
function question({ rollout, at }: EndpointView): Html {
  const approval = rollout?.approval ?? null;
  if (approval === null) return html``;
  if (approval.answer !== null) {
    const { approved, by, reason } = approval.answer;
    return html`<p class="note">
      ${by} ${approved ? 'approved' : 'rejected'} it${reason === '' ? '' : `: ${reason}`}.
    </p>`;
  }
  const why =
    approval.why === 'hold'
      ? 'The bake ended without proof, and this endpoint then asks a person.'
      : 'This endpoint asks a person before it promotes.';
  return html`<p class="note">
    <strong>Is green to be promoted?</strong> ${why} Asked ${fromNow(approval.askedAt, at)}; without an answer until
    ${fromNow(approval.expiresAt, at)} it is “${approval.defaultAnswer}”.
  </p>`;
}

/** How the last rollout ended, while none runs. */
function ended({ view, record }: RolloutPicture): Html {
  if (view.rollout !== null || record === undefined || record.status !== 'ended') return html``;
  const { tone, symbol, badge } = outcomeInWords(record);
  return html`<p>
      <span class="badge ${tone}"><span aria-hidden="true">${symbol}</span> ${badge}</span> ${reasonInWords(record)}
    </p>
    <p><strong>To do:</strong> ${whatToDo(record)}</p>`;
}

/** The sentences of `greenlight explain`. */
const why = ({ because }: RolloutPicture): Html =>
  because.length === 0
    ? html``
    : html`<details>
        <summary>Why, in sentences</summary>
        <ul>
          ${because.map((one) => html`<li>${one.replace(/^- /, '')}</li>`)}
        </ul>
      </details>`;

const weights = (record: NonNullable<RolloutPicture['record']>): Html => {
  const chart = weightsChart(record, `${record.endpoint}-weights`);
  return chart.length === 0
    ? html``
    : html`<details>
        <summary>Green’s share of the traffic</summary>
        ${chart}
      </details>`;
};

const links = ({ links: all }: RolloutPicture): Html =>
  all.length === 0
    ? html``
    : html`<p class="small">
        ${all.map(({ label, address }) => html`<a href="${address}" target="_blank" rel="noopener">${label}</a> `)}
      </p>`;

const onlyShows = html`<p class="small">
  This dashboard only shows. <code>npx greenlight</code> approves, promotes, aborts and rolls back.
</p>`;
