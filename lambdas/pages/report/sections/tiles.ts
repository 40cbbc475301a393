import type { GateBand } from '../../../domain/judge/bands';
import { count, percent, quantile } from '../../../domain/numbers';
import { differenceInWords, drawBand } from '../../charts/band-chart';
import { figure } from '../../charts/frame';
import { type Html, html } from '../../words/html';
import type { Judged, ReportedGate, ReportPhase } from '../report-input';
import { table } from './table';

export interface Tiled {
  readonly bands: readonly GateBand[];
  readonly judged: Judged;
  readonly phase: ReportPhase;
  /** The number of each judged minute, 1 for the first. */
  readonly at: readonly number[];
  /** Begins the figures' ids: one of its kind on its page. @default the phase */
  readonly id?: string;
}

/** How a gate stands, in a word and a sign, so that no colour is needed. */
export function standingOf(
  { gate, logNonInferiority, observed }: ReportedGate,
  judged: Judged,
): { readonly tone: 'good' | 'bad' | 'some'; readonly says: string } {
  if (observed !== undefined) return { tone: 'some', says: `○ ${observed}` };
  if (judged.verdict === 'fail' && judged.gate === gate) return { tone: 'bad', says: '✕ worse than tolerated' };
  return logNonInferiority >= judged.logNonInferiorityLimit
    ? { tone: 'good', says: '✓ no harm, proven' }
    : { tone: 'some', says: '○ not proven either way' };
}

const RANK = { bad: 0, some: 1, good: 2 } as const;

/** The gates as they are to be read: what stopped green, what lacks its proof, what has it, what only looked on. */
export const inOrder = (judged: Judged): readonly ReportedGate[] =>
  judged.gates.toSorted((a, b) => rankOf(a, judged) - rankOf(b, judged));

const rankOf = (gate: ReportedGate, judged: Judged): number =>
  gate.observed === undefined ? RANK[standingOf(gate, judged).tone] : 3;

/** Per gate, green minus blue over time with its bounds, beside what is tolerated and what is harm. */
export function tiles(tiled: Tiled): readonly Html[] {
  const { bands, judged } = tiled;
  return inOrder(judged).flatMap((gate) => {
    const band = bands.find((one) => one.gate === gate.gate);
    return band === undefined || band.looks.every((look) => look.every((end) => end === null))
      ? []
      : [tile(gate, band, tiled)];
  });
}

function tile(gate: ReportedGate, band: GateBand, { judged, phase, at, id = phase }: Tiled): Html {
  const { tone, says } = standingOf(gate, judged);
  const { unit, tolerance, harm } = band;
  const crossed = crossedAt(band, tone, at);
  const harmful = harm === undefined ? '' : `, harm from ${differenceInWords(harm, unit)} on`;
  return figure(
    `${id}-tile-${gate.gate.replaceAll(/[^\w-]/g, '-')}`,
    html`${gate.gate} <span class="state ${tone}">${says}</span>`,
    inWords(band),
    drawBand({
      ...{ ...band, at, tone },
      ...(crossed !== undefined && {
        mark: { x: crossed, name: `${tone === 'bad' ? 'stopped' : 'proven'}, minute ${crossed}` },
      }),
      xLabel: phase === 'watch' ? 'minutes since promotion' : 'minutes of the canary',
    }),
    html`<p>
        Tolerated up to ${differenceInWords(tolerance, unit)}${harmful}. A band above the tolerance stops green; one
        below the harm is its proof.
      </p>
      ${table(
        `${gate.gate}: green minus blue`,
        ['Minute', 'At least', 'So far', 'At most'],
        band.looks
          .map(([lower, upper, soFar], index) => [
            String(at[index] ?? index + 1),
            ...[lower, soFar, upper].map((end) => (end === null ? 'open' : differenceInWords(end, unit))),
          ])
          .slice(-MOST_ROWS),
      )}`,
  );
}

/** Rows of the table behind a tile. */
const MOST_ROWS = 240;

/** The first minute from which on the band is on its side of a line. */
function crossedAt(
  { looks, tolerance, harm }: GateBand,
  tone: 'good' | 'bad' | 'some',
  at: readonly number[],
): number | undefined {
  const isBeyond =
    tone === 'bad'
      ? ([lower]: GateBand['looks'][number]) => lower !== null && lower > tolerance
      : tone === 'good'
        ? ([, upper]: GateBand['looks'][number]) => upper !== null && harm !== undefined && upper < harm
        : () => false;
  const first = looks.findIndex(isBeyond);
  return first < 0 ? undefined : at[first];
}

/**
 * "Failed requests, green minus blue, points: +6.65, between +0.17 and +18.7 with 99 % confidence each way. Tolerated:
 * …"
 */
function inWords({ counts, unit, quantile: share, looks, tolerance, harm, confidence }: GateBand): string {
  const [lower, upper, soFar] = looks.at(-1) ?? [null, null, null];
  const subject = unit === 'ms' ? `${quantile(share ?? 0.5)} of durations` : counts;
  const points = unit === 'share' ? ', points' : '';
  const end = (value: number) => differenceInWords(value, unit);
  const sure = `with ${percent(confidence)} confidence each way`;
  const bounds =
    lower === null
      ? upper === null
        ? 'nothing bounds it yet'
        : `at most ${end(upper)} ${sure}`
      : `${upper === null ? `at least ${end(lower)}` : `between ${end(lower)} and ${end(upper)}`} ${sure}`;
  const limits = `Tolerated: ${end(tolerance)}${harm === undefined ? '' : `; harm: ${end(harm)}`}.`;
  return (
    `${subject[0]?.toUpperCase() ?? ''}${subject.slice(1)}, green minus blue${points}: ` +
    `${soFar === null ? '' : `${end(soFar)}, `}${bounds}. ${limits}`
  );
}

/** The rate, and the numbers behind it. */
export const rateOf = ({ events, requests }: ReportedGate['blue']): Html =>
  requests === 0
    ? html`no requests`
    : html`<strong>${percent(events / requests)}</strong><br /><span class="small"
          >${count(events)} of ${count(requests)}</span
        >`;
