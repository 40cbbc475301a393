import { html } from '../html';
import type { Html } from '../html';
import type { Cost } from '../report-input';
import { section, table } from './table';

/** What the rollout cost; nothing where nobody worked it out. */
export function costs(cost: Cost | undefined): Html {
  if (cost === undefined) return html``;
  const rows = [
    ...cost.parts.map(({ what, dollars, basis }) => [what, inDollars(dollars), basis]),
    ['Together', inDollars(cost.total), ''],
  ];
  return section(
    'cost',
    'Cost',
    html`${table('What the rollout cost', ['Part', 'US dollars', 'Worked out from'], rows)}
      <p class="small">${cost.note}</p>`,
  );
}

/** A hundredth of a cent is the unit of such bills. */
const inDollars = (dollars: number): string => `$${dollars.toFixed(4)}`;
