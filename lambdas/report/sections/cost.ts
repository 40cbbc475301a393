import { html } from '../html';
import type { Html } from '../html';
import type { Cost } from '../report-input';
import { section, table } from './table';

/** What the rollout cost; nothing where nobody worked it out. */
export function costs(cost: Cost | undefined): Html {
  if (cost === undefined) return html``;
  const rows = [
    ...cost.lines.map(({ what, quantity, unit, usd, basis }) => [
      what,
      inDollars(usd),
      `${number(quantity)} ${unit}`,
      basis,
    ]),
    ['Together', inDollars(cost.usd), '', ''],
  ];
  const heads = ['Part', 'US dollars', 'Quantity', 'From'];
  const { asOf, region, source } = cost.prices;
  return section(
    'cost',
    'Cost',
    html`${table('What the rollout cost', heads, rows)}
      <p class="small">Prices of ${asOf}, ${region}: ${source}.</p>`,
  );
}

const number = (quantity: number): string => quantity.toLocaleString('en-US', { maximumSignificantDigits: 6 });

/** A hundredth of a cent is the unit of such bills. */
const inDollars = (dollars: number): string => `$${dollars.toFixed(4)}`;
