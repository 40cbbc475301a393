import { html } from '../../words/html';
import type { Html } from '../../words/html';
import { table } from '../../report/sections/table';
import { duration } from '../../words/times';
import { type Theme, widget } from '../widget';
import { charts } from './charts';
import { type Comparison, sideName } from './comparison';
import { numbers } from './numbers';

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
