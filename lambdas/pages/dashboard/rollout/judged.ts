import type { RolloutRecord } from '../../../contract/rollout-record';
import { drawBar } from '../../charts/bar';
import { html } from '../../words/html';
import type { Html } from '../../words/html';
import type { Judged } from '../../report/report-input';
import { gates } from '../../report/sections/gates';
import { table } from '../../report/sections/table';
import { count, evidence, some } from '../../../domain/numbers';
import { reasonInWords } from '../../words/outcome';

/** What the judge said last, each gate's evidence against its limits; nothing before the first look. */
export function judgedPart(record: RolloutRecord): Html {
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
      ${gates(judged, 'Blue beside green, gate by gate', reason)}
    </details>`;
}

/** On the left what speaks against green, which stops it when it is full; on the right the proof that promotes it. */
const bars = (judged: Judged): Html =>
  table(
    'Evidence of each gate against its limits',
    [
      'Gate',
      `Against green: stops at ${evidence(judged.logLimit)}`,
      `Proof of no harm: passes at ${evidence(judged.logNonInferiorityLimit)}`,
    ],
    judged.gates.map(({ gate, logEvidence, logNonInferiority, observed }) => [
      observed === undefined ? gate : html`${gate}<br /><span class="small">${observed}</span>`,
      drawBar(logEvidence, judged.logLimit, 'bad'),
      drawBar(logNonInferiority, judged.logNonInferiorityLimit, 'good'),
    ]),
  );
