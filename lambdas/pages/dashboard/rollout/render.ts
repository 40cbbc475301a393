import type { RolloutRecord } from '../../../contract/rollout-record';
import type { EndpointView, RolloutView } from '../../../contract/view';
import { FIELD_LIMITS, FIELDS } from '../../../contract/widget-event';
import { certainty, count, some } from '../../../domain/numbers';
import { stepInWords } from '../../../domain/strategy';
import { drawBar } from '../../charts/frame';
import type { Judged } from '../../report/report-input';
import { gates } from '../../report/sections/judging';
import { facts, table } from '../../report/sections/table';
import { weightsChart } from '../../report/sections/weights';
import { type Html, type HtmlContent, html, dateAndTime } from '../../words/html';
import { BECAUSE, outcomeInWords, reasonInWords, whatToDo } from '../../words/outcome';
import { button, fromNow, stateBadge, versionInWords, type Theme, widget } from '../widget';
import { offers, type Acting, type Offer, type RolloutPicture, type Said } from './offers';

type Field = keyof typeof FIELDS;

/**
 * Right under the headline, what can be done now: a person who is called at night acts with two taps, the button and
 * CloudWatch's question. What ends green stands apart from the rest.
 */
function firstButtons(view: EndpointView, { calls }: Acting): Html {
  const first = offers(view).filter(({ place }) => place === 'first');
  const [apart, others] = [first.filter(({ tone }) => tone === 'bad'), first.filter(({ tone }) => tone !== 'bad')];
  return html`<div class="buttons">
    <div>${buttonsOf(view, others, calls)}</div>
    <div>${buttonsOf(view, apart, calls)}</div>
  </div>`;
}

/** Who and why. CloudWatch does not tell a widget who clicks: that is what the field asks for. */
function fields(view: EndpointView, { typed }: Acting): Html {
  const goesBack = offers(view).some(({ operation }) => operation.do === 'rollback');
  const field = (name: Field, label: string) =>
    html`<label
      >${label}<input
        type="text"
        name="${FIELDS[name]}"
        value="${typed[name]}"
        maxlength="${FIELD_LIMITS[name]}"
        autocomplete="off"
    /></label>`;
  return html`<div class="fields">
      ${field('by', 'Your name, for the record')} ${field('reason', 'Why')}
      ${goesBack ? field('to', 'Roll back to version (the one before)') : ''}
    </div>
    <p class="small">
      Each button asks once more; what is no longer as shown here is refused, and nothing is done. To abort, reject or
      roll back no field is needed; to approve or to keep versions your name is, to promote both.
    </p>`;
}

const buttonsOf = ({ endpoint }: EndpointView, some: readonly Offer[], calls: string): readonly Html[] =>
  some.map(({ operation, ...rest }) => button({ ...rest, calls, payload: { endpoint, operation } }));

/** What is seldom needed. */
const laterButtons = (view: EndpointView, { calls }: Acting): Html =>
  html`<div class="buttons">
    <div>
      ${buttonsOf(
        view,
        offers(view).filter(({ place }) => place === 'later'),
        calls,
      )}
    </div>
  </div>`;

/** What the judge said last, each gate's certainty against its limits; nothing before the first look. */
function judgedPart(record: RolloutRecord): Html {
  const judged = record.state?.judgement;
  if (judged === undefined) return html``;
  const { verdict, reason, settledMinutes, greenRequests, blueRequests, leftOut } = judged;
  // How a rollout ended is told above, with these very words.
  const isSaidAbove = record.status === 'ended' && reasonInWords(record).includes(reason);
  const out = leftOut.length === 0 ? '' : `, ${some(leftOut.length, 'minute')} left out`;
  return html`<h3>The judge: ${verdict}</h3>
    ${isSaidAbove ? '' : html`<p>${reason}.</p>`}
    <p class="small">
      After ${some(settledMinutes, 'minute')}: ${count(greenRequests)} green and ${count(blueRequests)} blue
      requests${out}.
    </p>
    ${bars(judged)}
    <details>
      <summary>Blue beside green, gate by gate</summary>
      ${gates(judged, 'Blue beside green, gate by gate', reason, 'canary')}
    </details>`;
}

/** On the left what speaks against green, which stops it when it is full; on the right the proof that promotes it. */
const bars = (judged: Judged): Html =>
  table(
    'How sure each gate is, against its limits',
    [
      'Gate',
      `Green is worse: stops at ${certainty(judged.logLimit)}`,
      `No harm: passes at ${certainty(judged.logNonInferiorityLimit)}`,
    ],
    judged.gates.map(({ gate, logEvidence, logNonInferiority, observed }) => [
      observed === undefined ? gate : html`${gate}<br /><span class="small">${observed}</span>`,
      drawBar(logEvidence, judged.logLimit, 'bad'),
      drawBar(logNonInferiority, judged.logNonInferiorityLimit, 'good'),
    ]),
  );

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
      <p class="headline">${headline}</p>
      ${acting === undefined ? '' : firstButtons(view, acting)} ${question(view)} ${ended(picture)}
      ${acting === undefined ? '' : fields(view, acting)} ${factsOf(view)}
      ${record === undefined ? '' : judgedPart(record)} ${why(picture)}
      ${acting === undefined ? onlyShows : laterButtons(view, acting)}
      ${record === undefined ? '' : weights(record, view.at)} ${links(picture)}`,
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
      : approval.why === 'differs'
        ? 'On the same requests it answers otherwise than blue; a yes begins its canary.'
        : approval.why === 'before-traffic'
          ? 'This endpoint asks a person before it has any user; a yes gives it its first traffic.'
          : approval.why === 'hook'
            ? 'A hook of this endpoint could not tell whether it may go on.'
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

const weights = (record: NonNullable<RolloutPicture['record']>, now: string): Html => {
  const chart = weightsChart(record, `${record.endpoint}-weights`, now);
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
  This page only shows. <code>npx greenlight</code> approves, promotes, aborts and rolls back.
</p>`;

type Fact = readonly [name: string, value: HtmlContent];

/** What is in service and what runs, in facts. */
function factsOf(view: EndpointView): Html {
  const { rollout, live, liveSince, canary, waitingUpload, newCode, teardownHold, at } = view;
  return facts([
    ...(rollout === null
      ? [
          ['Live', live === null ? 'nothing: the live alias was deleted' : versionInWords(live)] as const,
          ['Live since', liveSince === null ? undefined : fromNow(liveSince, at)] as const,
          [
            'Weights',
            canary === null ? undefined : `${canary.weight} % on version ${canary.version}, which no rollout owns`,
          ] as const,
        ]
      : ofRollout(rollout, at)),
    ['Waiting upload', waitingUpload?.key],
    ['New code', newCode ?? undefined],
    [
      'Teardown',
      teardownHold === null
        ? undefined
        : html`put off until
          ${fromNow(teardownHold.until, at)}${teardownHold.reason === '' ? '' : `: ${teardownHold.reason}`}`,
    ],
  ]);
}

function ofRollout(rollout: RolloutView, at: string): readonly Fact[] {
  const { approval, blue, deadlineAt, decision, green, nextLookAt, reason, startedAt, startedBy, step, weight } =
    rollout;
  return [
    ['Green', `${versionInWords(green)}: ${weight} % of live traffic`],
    ['Blue', versionInWords(blue)],
    [
      'Step',
      step === null
        ? undefined
        : `${step.number} of ${step.of}: ` +
          `${stepInWords({ ...step, bakeMinutes: step.bakeMinutes + step.extendedMinutes })}`,
    ],
    ['Next look', nextLookAt === null ? undefined : fromNow(nextLookAt, at)],
    [approval === null ? 'Decision by' : 'Answer by', deadlineAt === null ? undefined : fromNow(deadlineAt, at)],
    ['Promoted by', decision === null ? undefined : `${decision.by}, at the next look: ${decision.reason}`],
    ['Started', html`${fromNow(startedAt, at)}, by ${startedBy}`],
    [BECAUSE[rollout.action], reason],
  ];
}
