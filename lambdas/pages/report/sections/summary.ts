import type { RolloutRecord } from '../../../contract/rollout-record';
import { html } from '../../words/html';
import type { Html } from '../../words/html';
import { count, some } from '../../../domain/numbers';
import { outcomeInWords, reasonInWords } from '../../words/outcome';
import { dateAndTime, duration, momentOf } from '../../words/times';
import { greenName } from '../../words/versions';
import { inServiceNow, whatToDo } from '../../words/what-to-do';
import { facts } from './table';

/** What happened, why, what users have now, what to do: readable in ten seconds. */
export function summary(record: RolloutRecord): Html {
  const { tone, symbol, badge, happened } = outcomeInWords(record);
  const { state, decidedBy, startedAt, endedAt, startedBy, reason } = record;
  const [from, until] = [momentOf(startedAt), momentOf(endedAt)];
  const judged = state?.judgement;
  return html`<header>
    <p class="outcome ${tone}"><span aria-hidden="true">${symbol}</span> ${badge}</p>
    <h1>${record.endpoint}: ${greenName(record)} ${happened}</h1>
    <p class="reason">${reasonInWords(record)}</p>
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
      ['Why', reason],
    ])}
  </header>`;
}

function mostWeight({ state }: RolloutRecord): string | undefined {
  const weights = (state?.weights ?? []).map(({ weight }) => weight);
  return weights.length === 0 ? undefined : `${Math.max(...weights)} %`;
}
