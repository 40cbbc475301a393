import { EVIDENCE_DOCUMENT } from '../../../contract/names';
import type { KeptEvidence } from '../../../contract/kept-evidence';
import type { RolloutRecord } from '../../../contract/rollout-record';
import { type Html, html } from '../../words/html';
import type { ReportEvidence, Judged, ReportPhase, ReportInput } from '../report-input';
import { some } from '../../../domain/numbers';
import { evidenceCharts } from './evidence-charts';
import { gates } from './gates';
import { section } from './table';

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
  const drawn = [...charts, ...(kept === undefined ? [] : evidenceCharts(kept, phase))];
  return section(
    phase,
    judged === undefined && found === undefined ? 'Traffic' : HEADINGS[phase],
    html`${judged && gates(judged, HEADINGS[phase], phase === decidingPhase(input.record) ? judged.reason : undefined)}${gapOf(found, judged, phase)}${
      drawn.length === 0 ? '' : html`<div class="charts">${drawn}</div>`
    }`,
  );
}

const readable = (found: ReportEvidence | undefined): KeptEvidence | undefined =>
  found === undefined || 'unreadable' in found ? undefined : found;

/**
 * The record holds the last look in short: of the canary, or of the watch where that took green back. The document of the
 * other phase fills in; it is also older where a rollout was stopped after the last decision.
 */
function judgedIn({ record, evidence }: ReportInput, phase: ReportPhase): Judged | undefined {
  if (phase === decidingPhase(record) && record.state?.judgement !== undefined) return record.state.judgement;
  const kept = readable(evidence[phase]);
  return kept && inShort(kept);
}

/** The phase that decided, whose judgement the record holds: the one to read first. */
export const decidingPhase = ({ error }: RolloutRecord): ReportPhase =>
  error === 'LiveRegressed' ? 'watch' : 'canary';

function inShort({ judgement, differences, leftOut }: KeptEvidence): Judged {
  return {
    ...judgement,
    logEvidence: judgement.logEvidence.at(-1) ?? 0,
    leftOut,
    routing: undefined,
    gates: judgement.gates.map(({ reaction, observed, ...gate }) => {
      const difference = differences.find((one) => one.gate === gate.gate);
      return {
        ...gate,
        logEvidence: gate.logEvidence.at(-1) ?? 0,
        ...(observed && { observed: observed.words }),
        ...(reaction && { reaction: reaction.words }),
        ...(difference && { difference }),
      };
    }),
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
