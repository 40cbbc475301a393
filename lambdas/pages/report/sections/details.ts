import { EVIDENCE_DOCUMENT, RECORD_DOCUMENT } from '../../../contract/names';
import { formatModelAddress } from '../../../domain/model-address';
import { html } from '../../words/html';
import type { Html } from '../../words/html';
import type { Phase, ReportInput } from '../report-input';
import { dateAndTime } from '../../words/times';
import { facts, section } from './table';

/** Letters of queries on the page; a week's canary has more, which are in the document. */
const MOST_LETTERS = 60_000;

/** For whoever wants to know exactly: names, settings, queries, documents. */
export function details(input: ReportInput): Html {
  const { record } = input;
  const { state } = record;
  const model = state?.green.model;
  const blue = state?.blue;
  return section(
    'details',
    'Exactly',
    html`${facts(
      [
        ['Rollout', record.id],
        ['Execution', record.executionArn],
        ['Started', dateAndTime(record.startedAt)],
        ['Ended', record.endedAt && dateAndTime(record.endedAt)],
        ['Model', model === undefined ? record.model : formatModelAddress(model)],
        ['sha256', model?.sha256],
        ['Green', state?.green.version && `version ${state.green.version}`],
        [
          'Blue',
          blue && `version ${blue.version}, ${blue.model === undefined ? 'no model' : formatModelAddress(blue.model)}`,
        ],
      ],
      'long',
    )}
    ${settings(input)} ${(['canary', 'watch'] as const).map((phase) => queries(input, phase))} ${documents(input)}`,
  );
}

const settings = ({ record: { state } }: ReportInput): Html =>
  state === undefined
    ? html``
    : html`<details>
        <summary>Settings in force</summary>
        ${pre({ plan: state.plan, settings: state.config.settings })}
      </details>`;

function queries({ evidence }: ReportInput, phase: Phase): Html {
  const found = evidence[phase];
  if (found === undefined || 'unreadable' in found || found.queries.length === 0) return html``;
  return html`<details>
    <summary>CloudWatch queries of the ${phase}, exactly</summary>
    <p>Of the look that decided: GetMetricData, by metric dimensions, each series as id: metric and statistic.</p>
    ${pre(found.queries)}
  </details>`;
}

function pre(value: unknown): Html {
  const text = JSON.stringify(value, undefined, 2);
  const rest = text.length - MOST_LETTERS;
  return html`<pre tabindex="0">
${rest > 0 ? `${text.slice(0, MOST_LETTERS)}\n… and ${rest} letters more` : text}</pre>`;
}

const DOCUMENTS: readonly string[] = Object.values(EVIDENCE_DOCUMENT);

/** Links to what was kept. The names are ours: any other that a record may hold is no link. */
function documents({ record }: ReportInput): Html {
  const kept = (record.state?.evidence ?? []).filter((name) => DOCUMENTS.includes(name));
  const links = [...kept, RECORD_DOCUMENT].map((name) => html`<li><a href="${name}">${name}</a></li>`);
  return html`<h3>Kept beside this page</h3>
    <ul>
      ${links}
    </ul>`;
}
