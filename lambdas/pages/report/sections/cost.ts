import { html } from '../../words/html';
import type { Html } from '../../words/html';
import type { Cost } from '../report-input';
import { section, table } from './table';
import { roughly, usd as asUsd } from '../../../domain/numbers';

/** What the rollout cost; nothing where nobody worked it out. */
export function costs(cost: Cost | undefined): Html {
  if (cost === undefined) return html``;
  const rows = [
    ...cost.lines.map(({ what, quantity, unit, usd, basis }) => [
      what,
      asUsd(usd),
      `${roughly(quantity)} ${unit}`,
      basis,
    ]),
    ['Together', asUsd(cost.usd), '', ''],
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
