import { PRICES_2026_11 } from '../../contract/prices-2026-11';
import { costOf } from '../../domain/cost/cost-of';
import { html } from '../words/html';
import type { ReportInput } from './report-input';
import { costs } from './sections/cost';
import { details } from './sections/details';
import { decidingPhase, judging } from './sections/judging';
import { leftOut } from './sections/left-out';
import { summary } from './sections/summary';
import { timeline } from './sections/timeline';
import { verification } from './sections/verification';
import { weightsChart } from './sections/weights';
import { STYLE } from './style';
import { outcomeInWords } from '../words/outcome';

/** Nothing is loaded and nothing runs, whatever a record holds. */
const POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'";

/**
 * One rollout as one page without scripts or network: what happened and what to do first, then the numbers, then what was
 * asked exactly. Only what there is gets a section. See docs/guides/report.md for what each of them means.
 */
export function renderReport(input: ReportInput): string {
  const { record } = input;
  const first = decidingPhase(record);
  const second = first === 'canary' ? 'watch' : 'canary';
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta http-equiv="Content-Security-Policy" content="${POLICY}" />
        <meta name="color-scheme" content="light dark" />
        <title>${record.endpoint}: ${outcomeInWords(record).badge}</title>
        <style>
          ${STYLE}
        </style>
      </head>
      <body>
        <a class="skip" href="#main">Skip to the content</a>
        <main id="main" tabindex="-1">
          ${summary(record)} ${judging(input, first, weightsChart(record))} ${judging(input, second)} ${leftOut(input)}
          ${verification(record)} ${timeline(record)} ${costs(input.cost ?? costIfKnown(record))} ${details(input)}
        </main>
        <footer><p>Written by Greenlight when the rollout ended. All times are UTC.</p></footer>
      </body>
    </html> `.text;
}

/** A record that an older app wrote may lack what its cost is worked out from; the page is worth more than its last table. */
function costIfKnown(record: ReportInput['record']): ReportInput['cost'] {
  try {
    return record.state && costOf(record, PRICES_2026_11);
  } catch {
    return undefined;
  }
}
