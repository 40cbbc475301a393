import type { RolloutRecord } from '../../../contract/rollout-record';
import { html } from '../../words/html';
import type { Html } from '../../words/html';
import { outcomeInWords } from '../../words/outcome';
import { duration, momentOf, timeOfDay } from '../../words/times';
import { section } from './table';

/** Each state, when, and what was said there; who began it and who decided its end. */
export function timeline(record: RolloutRecord): Html {
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
  const decided = decidedBy === undefined ? '' : `, decided by ${decidedBy}`;
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
