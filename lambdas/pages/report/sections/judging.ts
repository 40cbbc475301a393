import { EVIDENCE_DOCUMENT } from '../../../contract/names';
import type { KeptEvidence } from '../../../contract/kept-evidence';
import type { RolloutRecord } from '../../../contract/rollout-record';
import { type Html, html, type HtmlContent } from '../../words/html';
import type { ReportEvidence, Judged, ReportPhase, ReportInput, ReportedGate } from '../report-input';
import { some, certainty } from '../../../domain/numbers';
import { evidenceCharts, minuteNumbers } from './evidence-charts';
import { overTime } from './over-time';
import { section, table } from './table';
import { inOrder, rateOf, standingOf, tiles } from './tiles';
import { drawBar } from '../../charts/frame';

/** Blue beside green for every gate, with the numbers of requests behind them, and each gate in a sentence. */
export function gates(judged: Judged, caption: string, saidAbove: string | undefined, phase: ReportPhase): Html {
  const heads = [
    'Gate',
    'Blue',
    'Green',
    html`Green is worse (all gates together stop it at ${certainty(judged.logLimit)})`,
    html`No harm (each needs ${certainty(judged.logNonInferiorityLimit)})`,
  ];
  const rows = inOrder(judged).map((gate): readonly HtmlContent[] => [
    html`${gate.gate}<br />${state(gate, judged)}<br /><span class="small">${gate.counts}</span>`,
    rateOf(gate.blue),
    rateOf(gate.green),
    drawBar(gate.logEvidence, judged.logLimit, 'bad'),
    drawBar(gate.logNonInferiority, judged.logNonInferiorityLimit, 'good'),
  ]);
  const together = html`<p>
    That green is worse, all gates together: <strong>${certainty(judged.logEvidence)}</strong> certain, and it is
    stopped at ${certainty(judged.logLimit)}. ${verdict(judged, saidAbove, phase)}
  </p>`;
  const routing = judged.routing === undefined ? '' : html`<p class="note">Routing: ${judged.routing}</p>`;
  const without = (judged.notJudged ?? [])
    .filter(({ unused }) => unused !== true)
    .map(({ gate, why }) => html`<p class="note">${gate}: not judged, ${why}.</p>`);
  return html`${table(caption, heads, rows, 'cards')}${together}${without}${routing}${inWords(judged)}`;
}

/** After promotion nothing has to be proven: what the canary calls inconclusive is the usual end of a watch. */
const verdict = (judged: Judged, saidAbove: string | undefined, phase: ReportPhase): Html =>
  phase === 'watch' && judged.verdict !== 'fail'
    ? html`<strong>Green stays</strong>: the watch looks for harm alone, and found none.`
    : html`Verdict: <strong>${judged.verdict}</strong>${judged.reason === saidAbove ? '' : `: ${judged.reason}`}.`;

const state = (gate: ReportedGate, judged: Judged): Html => {
  const { tone, says } = standingOf(gate, judged);
  return html`<span class="state ${tone}">${says}</span>`;
};

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

const HEADINGS: Readonly<Record<ReportPhase, string>> = {
  canary: 'The canary: blue beside green',
  watch: 'After promotion: green beside blue’s last minutes',
};

/** What was judged in one phase; nothing where nothing was. */
export function judging(input: ReportInput, phase: ReportPhase, charts: readonly Html[] = []): Html {
  const found = input.evidence[phase];
  const kept = readable(found);
  const judged = judgedIn(input, phase);
  if (judged === undefined && found === undefined && charts.length === 0) return html``;
  const shown = kept && judged && tiles({ bands: kept.bands, judged, phase, at: minuteNumbers(kept) });
  const drawn = [...(kept === undefined ? [] : overTime(kept, phase)), ...charts];
  const certain = kept === undefined ? [] : evidenceCharts(kept, phase);
  const reason = phase === decidingPhase(input.record) ? judged?.reason : undefined;
  const table = judged && gates(judged, HEADINGS[phase], reason, phase);
  return section(
    phase,
    judged === undefined && found === undefined ? 'Traffic' : HEADINGS[phase],
    html`${chartsOf(shown ?? [])}${table}${gapOf(found, judged, phase)}${chartsOf(drawn)}${
      certain.length === 0
        ? ''
        : html`<details>
            <summary>How sure the judge was, minute by minute</summary>
            ${chartsOf(certain)}
          </details>`
    }`,
  );
}

const chartsOf = (drawn: readonly Html[]): Html =>
  drawn.length === 0 ? html`` : html`<div class="charts">${drawn}</div>`;

const readable = (found: ReportEvidence | undefined): KeptEvidence | undefined =>
  found === undefined || 'unreadable' in found ? undefined : found;

/**
 * The record holds the last look in short: of the canary, or of the watch where that took green back. The document of
 * the other phase fills in; it is also older where a rollout was stopped after the last decision.
 */
function judgedIn({ record, evidence }: ReportInput, phase: ReportPhase): Judged | undefined {
  if (phase === decidingPhase(record) && record.state?.judgement !== undefined) return record.state.judgement;
  const kept = readable(evidence[phase]);
  return kept && inShort(kept);
}

/** The phase that decided, whose judgement the record holds: the one to read first. */
export const decidingPhase = ({ error }: RolloutRecord): ReportPhase =>
  error === 'LiveRegressed' ? 'watch' : 'canary';

function inShort({ judgement, leftOut }: KeptEvidence): Judged {
  return {
    ...judgement,
    logEvidence: judgement.logEvidence.at(-1) ?? 0,
    leftOut,
    routing: undefined,
    gates: judgement.gates.map(({ reaction, observed, ...gate }) => ({
      ...gate,
      logEvidence: gate.logEvidence.at(-1) ?? 0,
      ...(observed && { observed: observed.words }),
      ...(reaction && { reaction: reaction.words }),
    })),
  };
}

/** What a reader misses, and why. */
function gapOf(found: ReportEvidence | undefined, judged: Judged | undefined, phase: ReportPhase): Html {
  const name = EVIDENCE_DOCUMENT[phase];
  if (found !== undefined && 'unreadable' in found)
    return html`<p class="note">
      Minute by minute: ${name} could not be read when this page was written (${found.unreadable}). What is above comes
      from the record.
    </p>`;
  if (judged === undefined) return html``;
  if (found === undefined)
    return html`<p class="note">
      Minute by minute: not kept. The rows are kept when the judge decides, and the rollout ended before that; the
      numbers above are those of its last look.
    </p>`;
  const behind = judged.settledMinutes - found.rows.length;
  return behind > 0
    ? html`<p class="note">
        The rollout ended ${some(behind, 'minute')} after the rows were kept for the last time: the charts end earlier
        than the numbers above.
      </p>`
    : html``;
}
