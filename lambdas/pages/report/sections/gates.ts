import { type Html, type HtmlContent, html } from '../../words/html';
import { drawBar } from '../../charts/bar';
import type { Judged, ReportedGate } from '../report-input';
import { certainty, count, percent, signedPoints } from '../../../domain/numbers';
import { table } from './table';

/** Blue beside green for every gate, with the numbers of requests behind them, and each gate in a sentence. */
export function gates(judged: Judged, caption: string, saidAbove: string | undefined): Html {
  const heads = [
    'Gate',
    'Blue',
    'Green',
    html`Green minus blue, points${confidenceOf(judged)}`,
    html`Green is worse (all gates together stop it at ${certainty(judged.logLimit)})`,
    html`No harm (each needs ${certainty(judged.logNonInferiorityLimit)})`,
  ];
  const rows = judged.gates.map((gate): readonly HtmlContent[] => [
    html`${gate.gate}<br />${stateOf(gate, judged)}<br /><span class="small">${gate.counts}</span>`,
    rate(gate.blue),
    rate(gate.green),
    differenceOf(gate),
    drawBar(gate.logEvidence, judged.logLimit, 'bad'),
    drawBar(gate.logNonInferiority, judged.logNonInferiorityLimit, 'good'),
  ]);
  const together = html`<p>
    That green is worse, all gates together: <strong>${certainty(judged.logEvidence)}</strong> certain, and it is
    stopped at ${certainty(judged.logLimit)}. Verdict:
    <strong>${judged.verdict}</strong>${judged.reason === saidAbove ? '' : `: ${judged.reason}`}.
  </p>`;
  const routing = judged.routing === undefined ? '' : html`<p class="note">Routing: ${judged.routing}</p>`;
  const without = (judged.notJudged ?? []).map(
    ({ gate, why }) => html`<p class="note">${gate}: not judged, ${why}.</p>`,
  );
  return html`${table(caption, heads, rows, 'cards')}${together}${without}${routing}${inWords(judged)}`;
}

/** The rate, and the numbers behind it. */
const rate = ({ events, requests }: ReportedGate['blue']): HtmlContent =>
  requests === 0
    ? 'no requests'
    : html`<strong>${percent(events / requests)}</strong><br /><span class="small"
          >${count(events)} of ${count(requests)}</span
        >`;

/** In a word and a sign, so that no colour is needed. */
function stateOf({ gate, logNonInferiority, observed }: ReportedGate, judged: Judged): Html {
  if (observed !== undefined) return html`<span class="state">○ ${observed}</span>`;
  if (judged.verdict === 'fail' && judged.gate === gate)
    return html`<span class="state bad">✕ worse than tolerated</span>`;
  if (logNonInferiority >= judged.logNonInferiorityLimit)
    return html`<span class="state good">✓ no harm, proven</span>`;
  return html`<span class="state">○ not proven either way</span>`;
}

/** How sure each of the bounds is; the same on every gate. */
function confidenceOf({ gates: all }: Judged): string {
  const confidence = all.find((one) => one.difference !== undefined)?.difference?.confidence;
  return confidence === undefined ? '' : ` (each end holds with ${percent(confidence)})`;
}

const differenceOf = ({ difference }: ReportedGate): string =>
  difference === undefined ? 'not known' : `${signedPoints(difference.lower)} to ${signedPoints(difference.upper)}`;

/** Each gate's sentence, and how soon it would have stopped a green that is just harmful. */
function inWords({ gates: all }: Judged): Html {
  const items = all.map(
    ({ summary, reaction }) =>
      html`<li>${summary}.${reaction === undefined ? '' : html` At this traffic: ${reaction}.`}</li>`,
  );
  return items.length === 0
    ? html``
    : html`<details>
        <summary>The same in words, and how soon harm would be found</summary>
        <ul>
          ${items}
        </ul>
      </details>`;
}
