import { RECORD_DOCUMENT } from '../contract/names';
import type { RolloutRecord } from '../contract/rollout-record';
import { escapeHtml } from './escape-html';

/**
 * One rollout as one page without scripts or network: verdict and reason first, then weights, numbers, timeline and the
 * settings in force. `evidence` names documents beside it that hold rows, judgement and exact queries.
 */
export function renderReport(record: RolloutRecord, evidence: readonly string[]): string {
  const title = `${record.endpoint}: ${record.outcome ?? record.status}`;
  return [
    '<!doctype html>',
    '<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">',
    `<title>${escapeHtml(title)}</title><style>${STYLE}</style></head><body><main>`,
    `<p class="outcome ${record.error === undefined ? 'good' : 'bad'}">${escapeHtml(record.outcome ?? record.status)}</p>`,
    `<h1>${escapeHtml(headline(record))}</h1>`,
    `<p class="reason">${escapeHtml(reason(record))}</p>`,
    table('Rollout', facts(record)),
    weights(record),
    judgement(record),
    timeline(record),
    documents(evidence),
    settings(record),
    '</main></body></html>',
  ].join('\n');
}

const STYLE = `:root{color-scheme:light dark}body{font:16px/1.5 system-ui,sans-serif;margin:0;padding:1.5rem}main{max-width:60rem;margin:auto}
h1{font-size:1.5rem;margin:.2em 0}h2{font-size:1.1rem;margin:1.6em 0 .4em}.outcome{display:inline-block;margin:0;padding:.1em .7em;border-radius:1em;font-weight:600;color:#fff}
.good{background:#176b3a}.bad{background:#a3241f}.reason{font-size:1.1rem}table{border-collapse:collapse;width:100%}th,td{text-align:left;vertical-align:top;padding:.25em .8em .25em 0;border-bottom:1px solid #8884}td{overflow-wrap:anywhere}.wide td{overflow-wrap:normal}
th{white-space:nowrap}thead th{white-space:normal}.wide{overflow-x:auto}pre{overflow:auto;font-size:.85rem;white-space:pre-wrap;overflow-wrap:anywhere}@media(max-width:40rem){th{white-space:normal}body{padding:.8rem}}`;

function documents(evidence: readonly string[]): string {
  const link = (name: string) => `<a href="${escapeHtml(name)}">${escapeHtml(name)}</a>`;
  const rows =
    evidence.length === 0
      ? ''
      : `Rows, judgement minute by minute and the exact CloudWatch queries: ${evidence.map(link).join(', ')}. `;
  return `<p>${rows}The whole record: ${link(RECORD_DOCUMENT)}.</p>`;
}

function headline(record: RolloutRecord): string {
  const green = record.state?.green;
  const what = green?.model?.key ?? record.model ?? record.id;
  return `${record.endpoint}: ${what}${green?.version === undefined ? '' : ` (version ${green.version})`}`;
}

const reason = (record: RolloutRecord): string =>
  record.error === undefined
    ? (record.state?.judgement?.reason ?? record.decidedBy ?? '')
    : `${record.error}: ${record.cause ?? ''}`;

function facts(record: RolloutRecord): readonly (readonly [string, string | undefined])[] {
  const { state } = record;
  const verification = state?.verification;
  return [
    ['Rollout', record.id],
    ['Started', `${record.startedAt}, by ${record.startedBy}${record.reason === '' ? '' : `: ${record.reason}`}`],
    ['Ended', record.endedAt],
    ['Decided by', record.decidedBy],
    ['Model', record.model],
    ['sha256', state?.green.model?.sha256],
    ['Blue', state && `version ${state.blue.version}, ${state.blue.model?.key ?? 'no model'}`],
    ['In service afterwards', record.liveVersionAfter === undefined ? undefined : `version ${record.liveVersionAfter}`],
    [
      'Golden set',
      verification?.goldenAccuracy === undefined
        ? undefined
        : `accuracy ${percent(verification.goldenAccuracy)}${verification.blueAccuracy === undefined ? '' : `, blue ${percent(verification.blueAccuracy)}`} (${verification.rows ?? '?'} rows)`,
    ],
    [
      'Golden set error',
      verification?.goldenError === undefined
        ? undefined
        : `root mean squared error ${verification.goldenError.toPrecision(4)}${verification.blueError === undefined ? '' : `, blue ${verification.blueError.toPrecision(4)}`}`,
    ],
  ];
}

function weights(record: RolloutRecord): string {
  const changes = record.state?.weights ?? [];
  return changes.length === 0
    ? ''
    : table(
        'Weight on green',
        changes.map((change) => [change.at, `${change.weight} %`]),
      );
}

function judgement(record: RolloutRecord): string {
  const judged = record.state?.judgement;
  if (judged === undefined) return '';
  const verdict = table('Judgement', [
    ['Verdict', judged.verdict],
    ['Gate', judged.gate],
    ['Reason', judged.reason],
    ['Evidence against green (ln e)', `${judged.logEvidence.toFixed(2)}; fail at ${judged.logLimit.toFixed(2)}`],
    [
      'Requests',
      `blue ${judged.blueRequests}, green ${judged.greenRequests}, in ${judged.settledMinutes} settled ${judged.settledMinutes === 1 ? 'minute' : 'minutes'}`,
    ],
    ['Minutes left out', judged.leftOut.map(({ minute, why }) => `${minute}: ${why}`).join('; ')],
    ['Routing', judged.routing],
  ]);
  return verdict + gatesTable(judged) + reactions(judged);
}

type Judged = NonNullable<NonNullable<RolloutRecord['state']>['judgement']>;

/** Blue beside green, gate by gate, with sample sizes. */
function gatesTable(judged: Judged): string {
  const rows = judged.gates.map((one) => {
    const cells = [
      one.counts,
      counted(one.blue),
      counted(one.green),
      one.logEvidence.toFixed(2),
      one.logNonInferiority.toFixed(2),
      difference(one),
    ];
    return `<tr><th scope="row">${escapeHtml(one.gate)}</th>${cells.map((cell) => `<td>${escapeHtml(cell)}</td>`).join('')}</tr>`;
  });
  const limits = `fail when all gates together reach ${judged.logLimit.toFixed(2)}`;
  const proof = `pass needs ${judged.logNonInferiorityLimit.toFixed(2)} from each`;
  const heads = [
    'Gate',
    'Counts',
    'Blue',
    'Green',
    `Against green (ln e; ${limits})`,
    `For green (ln e; ${proof})`,
    `Green minus blue, points${confidenceOf(judged)}`,
  ];
  const head = heads.map((one) => `<th scope="col">${escapeHtml(one)}</th>`).join('');
  return `<h2>Gates</h2><div class="wide"><table><thead><tr>${head}</tr></thead><tbody>${rows.join('')}</tbody></table></div>`;
}

/** How sure each of the bounds is; the same on every gate. */
function confidenceOf(judged: Judged): string {
  const confidence = judged.gates.find((one) => one.difference !== undefined)?.difference?.confidence;
  return confidence === undefined ? '' : ` (each bound holds with ${(confidence * 100).toFixed(1)} %)`;
}

/** How soon each gate would stop a green that is just harmful. */
function reactions(judged: Judged): string {
  const sentences = judged.gates.flatMap(({ gate, reaction }) =>
    reaction === undefined ? [] : [`${gate}: ${reaction}`],
  );
  if (sentences.length === 0) return '';
  const items = sentences.map((one) => `<li>${escapeHtml(one)}</li>`).join('');
  return `<h2>At this traffic, a green that is just harmful</h2><ul>${items}</ul>`;
}

/** Bounds in percentage points; a bound at an end says nothing. */
function difference({ difference: bounds }: Judged['gates'][number]): string {
  if (bounds === undefined) return '';
  const points = (share: number) => `${share > 0 ? '+' : ''}${(share * 100).toFixed(2)}`;
  return `${points(bounds.lower)} to ${points(bounds.upper)}`;
}

const counted = (side: Judged['gates'][number]['blue']): string =>
  `${side.events} of ${side.requests}${side.requests === 0 ? '' : ` (${percent(side.events / side.requests)})`}`;

function timeline(record: RolloutRecord): string {
  const entries = record.state?.timeline ?? [];
  return entries.length === 0
    ? ''
    : table(
        'Timeline',
        entries.map((entry) => [`${entry.at} ${entry.state}`, entry.note]),
      );
}

const settings = (record: RolloutRecord): string =>
  record.state === undefined
    ? ''
    : `<h2>Settings in force</h2><pre>${escapeHtml(JSON.stringify({ plan: record.state.plan, ...record.state.config.settings }, undefined, 2))}</pre>`;

function table(title: string, rows: readonly (readonly [string, string | undefined])[]): string {
  const cells = rows
    .filter(([, value]) => value !== undefined && value !== '')
    .map(([name, value]) => `<tr><th scope="row">${escapeHtml(name)}</th><td>${escapeHtml(value ?? '')}</td></tr>`);
  return `<h2>${escapeHtml(title)}</h2><table>${cells.join('')}</table>`;
}

const percent = (share: number): string => `${(share * 100).toFixed(1)} %`;
