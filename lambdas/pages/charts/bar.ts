import { type Html, html } from '../words/html';
import { certainty } from '../../domain/numbers';

const WIDTH = 100;
/** The limit stands at two thirds, so that one sees what went beyond it. */
const LIMIT_AT = 66;

/** Certainty as a number, and ln of the evidence as a bar with its limit. */
export function drawBar(value: number, limit: number, tone: 'good' | 'bad'): Html {
  const length = limit > 0 ? Math.min(WIDTH, Math.max(0, (value / limit) * LIMIT_AT)) : 0;
  return html`${certainty(value)}<svg class="bar" viewBox="0 0 ${WIDTH} 10" aria-hidden="true">
      <rect class="track" width="${WIDTH}" height="10" />
      <rect class="${value >= limit ? tone : 'some'}" width="${Math.round(length)}" height="10" />
      <line x1="${LIMIT_AT}" x2="${LIMIT_AT}" y1="0" y2="10" />
    </svg>`;
}
