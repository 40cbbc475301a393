import type { KeptEvidence } from '../../../contract/kept-evidence';
import { figure } from '../../charts/frame';
import { drawIntervals, intervalsHeight } from '../../charts/interval-chart';
import { drawLines, type Line } from '../../charts/line-chart';
import type { Html } from '../../words/html';
import type { Phase } from '../report-input';
import { evidence, percent, signedPoints } from '../../../domain/numbers';
import { minutesBetween } from '../../words/times';
import { minutesTable } from './minutes-table';
import { table } from './table';

/** What the charts of one document share. */
interface Charted {
  readonly kept: KeptEvidence;
  readonly phase: Phase;
  /** The number of each judged minute: 1 for the first, and minutes that were left out have theirs. */
  readonly at: readonly number[];
  readonly gaps: readonly number[];
}

/** The charts of one document: evidence against its limit, proof against its limit, and the intervals. */
export function evidenceCharts(kept: KeptEvidence, phase: Phase): readonly Html[] {
  const { rows: minutes } = kept;
  const start = minutes[0]?.minute;
  if (start === undefined) return [];
  const at = minutes.map(({ minute }, index) => Math.round((minutesBetween(start, minute) ?? index) + 1));
  const gaps = kept.leftOut.flatMap(({ minute }) => minutesBetween(start, minute) ?? []).map((minute) => minute + 1);
  const charted: Charted = { kept, phase, at, gaps };
  return [evidenceChart(charted), ...proofChart(charted), ...intervals(charted)];
}

function evidenceChart(charted: Charted): Html {
  const { kept, phase, at } = charted;
  const { logEvidence, gates, logLimit, decidedAtMinute } = kept.judgement;
  const together = line(charted, 'all gates', 0, logEvidence);
  const lines = [together, ...gates.map((gate, index) => line(charted, gate.gate, index + 1, gate.logEvidence))];
  const decided = decidedAtMinute === undefined ? undefined : at[decidedAtMinute - 1];
  const caption = 'Evidence against green, minute by minute';
  return figure(
    `${phase}-evidence`,
    caption,
    `Green is stopped when all gates together reach ${evidence(logLimit)}. ${highest(together)}`,
    drawLines({
      ...{ lines, limit: { value: logLimit, name: `fail ${evidence(logLimit)}` }, ...axis(charted) },
      ...(decided !== undefined && { mark: { x: decided, name: `fail, minute ${decided}` } }),
    }),
    numbers(charted, caption, lines),
  );
}

function proofChart(charted: Charted): readonly Html[] {
  const { kept, phase } = charted;
  const limit = kept.judgement.logNonInferiorityLimit;
  const lines = kept.proofs.map((gate, index) => line(charted, gate.gate, index + 1, gate.logNonInferiority));
  if (lines.length === 0) return [];
  const caption = 'Proof that green does no harm, minute by minute';
  return [
    figure(
      `${phase}-proof`,
      caption,
      `Green passes when each gate has reached ${evidence(limit)} and the whole bake is over. ${reached(lines, limit)}`,
      drawLines({ lines, limit: { value: limit, name: `pass ${evidence(limit)}` }, ...axis(charted) }),
      numbers(charted, caption, lines),
    ),
  ];
}

function intervals({ kept: { differences }, phase }: Charted): readonly Html[] {
  if (differences.length === 0) return [];
  const confidence = percent(differences[0]?.confidence ?? 0);
  return [
    figure(
      `${phase}-difference`,
      'Green minus blue, in percentage points',
      `By how much the rates may differ; each end holds with ${confidence}, at all looks at once. A bar that lies wholly on one side of 0 is a difference for certain.`,
      drawIntervals(differences.map(({ gate, lower, upper }) => ({ name: gate, lower, upper }))),
      table(
        'Green minus blue, in percentage points',
        ['Gate', 'At least', 'At most'],
        differences.map(({ gate, lower, upper }) => [gate, signedPoints(lower), signedPoints(upper)]),
      ),
      intervalsHeight(differences.length),
    ),
  ];
}

const axis = ({ phase, gaps }: Charted) => ({
  xLabel: phase === 'watch' ? 'minutes since promotion' : 'minutes of the canary',
  gaps,
});

const line = ({ at }: Charted, name: string, style: number, values: readonly number[]): Line => ({
  ...{ name, style },
  points: at.map((x, index) => [x, values[index] ?? 0] as const),
});

const numbers = ({ kept, phase, at }: Charted, caption: string, lines: readonly Line[]): Html =>
  minutesTable({
    ...{ caption, minutes: kept.rows, at, lines },
    weights: phase === 'watch' ? 'none' : 'shown',
  });

function highest({ points: all }: Line): string {
  const most = all.reduce((best, one) => (one[1] > best[1] ? one : best), [0, -Infinity] as const);
  const last = all.at(-1);
  if (last === undefined) return '';
  return `The highest was ${evidence(most[1])}, in minute ${most[0]}; the last ${evidence(last[1])}.`;
}

function reached(lines: readonly Line[], limit: number): string {
  const done = lines.flatMap(({ name, points: all }) => {
    const first = all.find(([, value]) => value >= limit);
    return first === undefined ? [] : [`${name} in minute ${first[0]}`];
  });
  return done.length === 0 ? 'None has.' : `Reached by ${done.join(', ')}.`;
}
