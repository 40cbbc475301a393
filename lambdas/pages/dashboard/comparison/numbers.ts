import { type Content, html } from '../../words/html';
import type { Html } from '../../words/html';
import { table } from '../../report/sections/table';
import { count, milliseconds, percent } from '../../../domain/numbers';
import { type Comparison, sideName } from './comparison';
import { inBoth, type Sums, sumsOf } from './sums';

/** Both versions beside each other in numbers, of the periods in which both had requests. */
export function numbers({ sides }: Comparison): Html {
  const periods = inBoth(sides);
  const alone = sides.length < 2 || periods.some((one) => one.length === 0);
  const sums = (alone ? sides.map((side) => side.periods) : periods).map(sumsOf);
  const rows: readonly (readonly [string, (of: Sums) => Content])[] = [
    ['Requests', ({ requests }) => count(requests)],
    ['Failed', ({ failures, requests }) => failed(failures, requests)],
    ['p50', ({ p50 }) => timed(p50)],
    ['p90', ({ p90 }) => timed(p90)],
    ['p99', ({ p99 }) => timed(p99)],
  ];
  return html`${table(
      'Blue and green in numbers',
      ['Measure', ...sides.map(sideName)],
      rows.map(([name, of]) => [name, ...sums.map(of)]),
    )}
    <p class="small">
      ${
        alone
          ? sides.length < 2
            ? 'One version alone: there was no rollout to compare it with.'
            : 'They had no traffic in the same periods: these are all periods of each.'
          : 'Of the periods in which both had requests.'
      }
      Percentiles are those of the periods, weighted by their requests.
    </p>`;
}

const failed = (failures: number, requests: number): Content =>
  requests === 0 ? 'no requests' : `${percent(failures / requests)} (${count(failures)})`;

const timed = (ms: number | null): string => (ms === null ? 'not timed' : milliseconds(ms));
