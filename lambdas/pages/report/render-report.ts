import { EVIDENCE_DOCUMENT, RECORD_DOCUMENT, ROLLOUTS_PREFIX } from '../../contract/names';
import { PRICES_2026_11 } from '../../contract/prices-2026-11';
import type { RolloutRecord } from '../../contract/rollout-record';
import { costOf } from '../../domain/cost/cost-of';
import { formatModelAddress } from '../../domain/rollout';
import { evidence, roughly, usd as asUsd, some, count } from '../../domain/numbers';
import { html, Html, timeOfDay, duration, momentOf, dateAndTime, pageOf } from '../words/html';
import {
  BECAUSE,
  outcomeInWords,
  decidedInWords,
  reasonInWords,
  greenName,
  inServiceNow,
  weightChanges,
  whatToDo,
} from '../words/outcome';
import { CARDS_STYLE, PALETTE, PARTS_STYLE } from './parts-style';
import type { Judged, ReportInput, Cost, ReportPhase } from './report-input';
import { decidingPhase, judging } from './sections/judging';
import { hooks } from './sections/hooks';
import { replayExactly, sameRequests, verification } from './sections/before-traffic';
import { section, table, facts } from './sections/table';
import { weightsChart } from './sections/weights';

/** Letters of queries on the page; a week's canary has more, which are in the document. */
const MOST_LETTERS = 60_000;

/** For readers who want to know exactly: names, settings, queries, documents. */
function details(input: ReportInput): Html {
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
        ['Golden set', state?.goldenSet && `${formatModelAddress(state.goldenSet)}, sha256 ${state.goldenSet.sha256}`],
        ['Green', state?.green.version && `version ${state.green.version}`],
        [
          'Blue',
          blue && `version ${blue.version}, ${blue.model === undefined ? 'no model' : formatModelAddress(blue.model)}`,
        ],
      ],
      'long',
    )}
    ${logarithms(record.state?.judgement)} ${replayExactly(input)} ${settings(input)}
    ${(['canary', 'watch'] as const).map((phase) => queries(input, phase))} ${documents(input)}`,
  );
}

/** What the certainties above are worked out from: for readers who calculate. */
function logarithms(judged: Judged | undefined): Html {
  if (judged === undefined) return html``;
  const rows = judged.gates.map(({ gate, logEvidence, logNonInferiority }) => [
    gate,
    evidence(logEvidence),
    evidence(logNonInferiority),
  ]);
  const heads = ['Gate', 'ln e, green is worse', 'ln e, no harm'];
  return html`<details>
    <summary>Evidence, natural logarithms</summary>
    <p>
      A certainty is 1 − 1/e-value. Limits: ${evidence(judged.logLimit)} and ${evidence(judged.logNonInferiorityLimit)}.
    </p>
    ${table('Evidence of the last look', heads, [...rows, ['All together', evidence(judged.logEvidence), '']])}
  </details>`;
}

const settings = ({ record: { state } }: ReportInput): Html =>
  state === undefined
    ? html``
    : html`<details>
        <summary>Settings in force</summary>
        ${pre({ plan: state.plan, settings: state.config.settings })}
      </details>`;

function queries({ evidence }: ReportInput, phase: ReportPhase): Html {
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

/**
 * What was kept beside the page, and where. No links: the page is read as a saved file, out of a bucket and in mail,
 * and an address that leads from one of these leads from no other. The names are ours: any other that a record may hold
 * is left out.
 */
function documents({ record }: ReportInput): Html {
  const kept = (record.state?.evidence ?? []).filter((name) => DOCUMENTS.includes(name));
  const bucket = record.state?.green.model?.bucket;
  const folder = `${ROLLOUTS_PREFIX}${record.endpoint}/${record.id}/`;
  return html`<h3>Kept beside this page</h3>
    <p>${[...kept, RECORD_DOCUMENT].join(', ')}, in ${bucket === undefined ? folder : `s3://${bucket}/${folder}`}</p>`;
}

/** The page around its parts, in both schemes and on paper. */
const STYLE = new Html(`
:root{color-scheme:light dark;${PALETTE.light}}
@media(prefers-color-scheme:dark){:root{${PALETTE.dark}}}
@media print{:root{color-scheme:light;--page:#fff;--text:#000;--soft:#444;--edge:#bbb;--panel:#fff;--blue:#1d5bb8;
--green:#157347;--bad:#b3261e;--good:#157347;--on:#fff;--l1:#b3261e;--l2:#1d5bb8;--l3:#8a5a00;--l4:#7b2fa0;
--l5:#157347}}
*{box-sizing:border-box}body{font:16px/1.5 system-ui,sans-serif;margin:0;background:var(--page);color:var(--text)}
main,footer{max-width:64rem;margin:0 auto;padding:1rem;overflow-wrap:anywhere}main:focus{outline:none}
footer{color:var(--soft);font-size:.875rem}
.skip{position:absolute;left:-99rem;background:var(--page);color:var(--text);padding:.5rem 1rem}
.skip:focus{left:0;top:0;z-index:1}
ul li{padding:.2rem 0}h1{font-size:1.6rem;line-height:1.25;margin:.5rem 0}h2{font-size:1.25rem;margin:2.5rem 0 .75rem}
${PARTS_STYLE}@media(max-width:50rem){${CARDS_STYLE}}
@media(max-width:40rem){body{font-size:15px}h1{font-size:1.3rem}th,td{padding-right:.6rem}
.facts{grid-template-columns:1fr 1fr}}
@media print{.skip{display:none}pre{max-height:none}details::details-content{content-visibility:visible}
.wide{overflow:visible}main{padding:0}h2{break-after:avoid}}
`);

/**
 * One rollout as one page without scripts or network: what happened and what to do first, then the numbers, then what
 * was asked exactly. Only what there is gets a section. See docs/guides/report.md for what each of them means.
 */
export function renderReport(input: ReportInput): string {
  const { record } = input;
  const first = decidingPhase(record);
  const second = first === 'canary' ? 'watch' : 'canary';
  return pageOf(
    `${record.endpoint}: ${outcomeInWords(record).badge}`,
    STYLE,
    html`<a class="skip" href="#main">Skip to the content</a>
      <main id="main" tabindex="-1">
        ${summary(record)} ${sameRequests(input)} ${judging(input, first, weightsChart(record))}
        ${judging(input, second)} ${leftOut(input)} ${verification(record)} ${hooks(record)} ${timeline(record)}
        ${costs(input.cost ?? costIfKnown(record))} ${details(input)}
      </main>
      <footer><p>Written by Greenlight when the rollout ended. All times are UTC.</p></footer>`,
  );
}

/**
 * A record that an older app wrote may lack what its cost is worked out from; the page is worth more than its last
 * table.
 */
function costIfKnown(record: ReportInput['record']): ReportInput['cost'] {
  try {
    return record.state && costOf(record, PRICES_2026_11);
  } catch {
    return undefined;
  }
}

/** What the rollout cost in a line, and folded away of what it is made; nothing where that was not worked out. */
function costs(cost: Cost | undefined): Html {
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
  return html`<details class="cost">
    <summary>Cost: ${asUsd(cost.usd)}</summary>
    ${table('What the rollout cost', heads, rows)}
    <p class="small">Prices of ${asOf}, ${region}: ${source}.</p>
  </details>`;
}

/** Minutes that were not counted, and why; the rule was fixed before their numbers were seen. */
function leftOut({ record, evidence }: ReportInput): Html {
  const { state, startedAt } = record;
  const kept = Object.values(evidence).flatMap((one) => ('unreadable' in one ? [] : one.leftOut));
  const held = (state?.canary?.held ?? []).map(({ minute, why }) => ({
    minute,
    why: `proves nothing for green: ${why}`,
  }));
  const all = [...(state?.canary?.leftOut ?? []), ...(state?.judgement?.leftOut ?? []), ...held, ...kept];
  const minutes = [...new Map(all.map((one) => [one.minute, one])).values()];
  if (minutes.length === 0) return html``;
  return section(
    'left-out',
    `Not counted: ${some(minutes.length, 'minute')}`,
    table(
      'Minutes that were not counted',
      ['Minute, UTC', 'Why'],
      minutes.map(({ minute, why }) => [timeOfDay(minute, startedAt), why]),
    ),
  );
}

/** Each state, when, and what was said there; who began it and who decided its end. */
function timeline(record: RolloutRecord): Html {
  const { startedAt, endedAt, startedBy, reason, state, decidedBy, error } = record;
  const began = momentOf(startedAt);
  const entry = (at: string, where: string, note: string): Html => {
    const moment = momentOf(at);
    const since = moment === undefined || began === undefined ? '' : `+${duration(moment - began)}`;
    return html`<li>
      <p><strong>${where}</strong> <span class="small">${timeOfDay(at, startedAt)} ${since}</span></p>
      <p>${note}</p>
    </li>`;
  };
  const why = reason === '' ? '' : `: ${reason}`;
  const failed = error === undefined ? '' : ` (${error})`;
  const decided = decidedBy === undefined ? '' : `. ${decidedInWords(decidedBy)}`;
  const items = [
    entry(startedAt, 'Started', `by ${startedBy}${why}`),
    ...(state?.timeline ?? []).map((one) => entry(one.at, one.state, one.note)),
    ...(endedAt === undefined ? [] : [entry(endedAt, 'Ended', `${outcomeInWords(record).badge}${failed}${decided}`)]),
  ];
  const list = html`<ol class="timeline">
    ${items}
  </ol>`;
  return section('timeline', 'Timeline', list);
}

/** What happened, why, what users have now, what to do: readable in ten seconds. */
function summary(record: RolloutRecord): Html {
  const { tone, symbol, badge, happened } = outcomeInWords(record);
  const { state, decidedBy, startedAt, endedAt, startedBy, reason } = record;
  const [from, until] = [momentOf(startedAt), momentOf(endedAt)];
  const judged = state?.judgement;
  return html`<header>
    <p class="outcome ${tone}"><span aria-hidden="true">${symbol}</span> ${badge}</p>
    <h1>${record.endpoint}: ${greenName(record)} ${happened}</h1>
    <p class="reason">${reasonInWords(record)}</p>
    ${harmed(record)}
    <p><strong>In service now:</strong> ${inServiceNow(record)}</p>
    <p><strong>To do:</strong> ${whatToDo(record)}</p>
    ${facts([
      ['Decided by', decidedBy],
      ['Took', from === undefined || until === undefined ? undefined : duration(until - from)],
      ['Green’s requests judged', judged && count(judged.greenRequests)],
      ['Blue’s, in the same minutes', judged && count(judged.blueRequests)],
      ['Minutes judged', judged && some(judged.settledMinutes, 'minute')],
      ['Watch', state?.watch?.unwatched && `unwatched: ${state.watch.unwatched}`],
      ['Most weight on green', mostWeight(record)],
      ['Started', html`${dateAndTime(startedAt)}, by ${startedBy}`],
      [BECAUSE[state?.plan.action ?? 'rollout'], reason],
    ])}
  </header>`;
}

/** What green cost users, of the requests that were judged, and how long it could. */
function harmed(record: RolloutRecord): Html {
  const errors = record.state?.judgement?.gates.find(({ gate }) => gate === 'errors')?.green;
  if (errors === undefined || errors.requests === 0) return html``;
  const users = errors.events === 1 ? '1 user' : `${errors.events === 0 ? 'no' : count(errors.events)} users`;
  const back = blueAgainAfter(record);
  return html`<p>
    <strong>Users:</strong> ${users} got an error from green, of ${some(errors.requests, 'request')} that were
    judged${back === undefined ? '' : `; blue again after ${exactly(back)}`}.
  </p>`;
}

/** Milliseconds from green's first user until blue had all traffic again; undefined where it has not, or always had. */
function blueAgainAfter(record: RolloutRecord): number | undefined {
  const changes = weightChanges(record);
  const [first, last] = [changes.find(({ weight }) => weight > 0), changes.at(-1)];
  const [from, until] = [momentOf(first?.at), momentOf(last?.at)];
  return last?.weight === 0 && from !== undefined && until !== undefined ? until - from : undefined;
}

/** "3 min 50 s". */
function exactly(ms: number): string {
  const seconds = Math.round(ms / 1000);
  const rest = seconds % 60;
  if (seconds < 60 || seconds >= 3600) return duration(ms);
  return `${Math.floor(seconds / 60)} min${rest === 0 ? '' : ` ${rest} s`}`;
}

function mostWeight({ state }: RolloutRecord): string | undefined {
  const weights = (state?.weights ?? []).map(({ weight }) => weight);
  return weights.length === 0 ? undefined : `${Math.max(...weights)} %`;
}
