import { count, milliseconds, percent } from '../../../domain/numbers';
import { table } from '../../report/sections/table';
import { type Html, type HtmlContent, html, duration } from '../../words/html';
import { type Theme, widget } from '../widget';
import { charts } from './charts';
import { type Comparison, sideName, inBoth, type Sums, sumsOf } from './comparison';

/** Both versions beside each other in numbers, of the periods in which both had requests. */
function numbers({ sides }: Comparison): Html {
  const periods = inBoth(sides);
  const alone = sides.length < 2 || periods.some((one) => one.length === 0);
  const sums = (alone ? sides.map((side) => side.periods) : periods).map(sumsOf);
  const rows: readonly (readonly [string, (of: Sums) => HtmlContent])[] = [
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

const failed = (failures: number, requests: number): HtmlContent =>
  requests === 0 ? 'no requests' : `${percent(failures / requests)} (${count(failures)})`;

const timed = (ms: number | null): string => (ms === null ? 'not timed' : milliseconds(ms));

/** Blue and green of one endpoint beside each other. */
export function renderComparison(comparison: Comparison, theme: Theme): string {
  const { endpoint, sides, range } = comparison;
  const periods = `periods of ${duration(range.periodSeconds * 1000)}`;
  return widget(
    theme,
    html`<p class="head">
        <strong>${endpoint}: ${sides.map(sideName).join(' beside ')}</strong>
        <span class="small">${minute(range.fromMs)} to ${minute(range.untilMs)} UTC, ${periods}</span>
      </p>
      ${
        sides.every((side) => side.periods.length === 0)
          ? html`<p>No request of ${sides.map(sideName).join(' or ')} was counted in this time.</p>`
          : html`${numbers(comparison)}
              <div class="charts">${charts(comparison)}</div>`
      }
      ${weights(comparison)}`,
  );
}

/** Says that there are no numbers, and where else there are some. */
export const renderNoComparison = (endpoint: string, why: string, theme: Theme): string =>
  widget(
    theme,
    html`<p class="head"><strong>${endpoint}</strong></p>
      <p>${why} The graphs below are CloudWatch’s own.</p>`,
  );

const weights = ({ marks }: Comparison): Html =>
  marks.length === 0
    ? html`<p class="small">The weight did not change in this time.</p>`
    : html`<details>
        <summary>Changes of green’s weight</summary>
        ${table(
          'Changes of green’s weight',
          ['Time, UTC', 'Green’s weight'],
          marks.map(({ at, weight }) => [second(at), `${weight} %`]),
        )}
      </details>`;

const minute = (ms: number): string => new Date(ms).toISOString().slice(0, 16).replace('T', ' ');
const second = (ms: number): string => new Date(ms).toISOString().slice(0, 19).replace('T', ' ');
