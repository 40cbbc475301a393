import { html } from '../../words/html';
import type { Html } from '../../words/html';
import type { ReportInput } from '../report-input';
import { some } from '../../../domain/numbers';
import { timeOfDay } from '../../words/times';
import { section, table } from './table';

/** Minutes that were not counted, and why; the rule was fixed before their numbers were seen. */
export function leftOut({ record, evidence }: ReportInput): Html {
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
