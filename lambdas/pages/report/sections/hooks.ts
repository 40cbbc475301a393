import type { HookResult } from '../../../contract/hooks';
import type { RolloutRecord } from '../../../contract/rollout-record';
import { type Html, html } from '../../words/html';
import { section, table } from './table';

/** What the endpoint's own functions said, and by which numbers; nothing where none was asked. */
export function hooks({ state }: RolloutRecord): Html {
  const asked = state?.hooks ?? [];
  if (asked.length === 0) return html``;
  const numbers = asked.flatMap((one) => one.numbers.map((number) => [one.hook, number] as const));
  return section(
    'hooks',
    'Hooks',
    html`${table(
      'What hooks said',
      ['Hook', 'Function', 'Said', 'Because', 'After'],
      asked.map(({ hook, function: name, verdict, reason, seconds }) => [
        hook,
        name,
        verdict,
        reason,
        `${Math.round(seconds)} s`,
      ]),
      'cards',
    )}${
      numbers.length === 0
        ? ''
        : table(
            'Numbers of hooks',
            ['Number', 'Hook', 'Value', 'Limit'],
            numbers.map(([hook, number]) => [number.name, hook, withUnit(number.value, number), limitOf(number)]),
            'cards',
          )
    }`,
  );
}

type HookNumber = HookResult['numbers'][number];

const withUnit = (value: number, { unit }: HookNumber): string => `${value}${unit === undefined ? '' : ` ${unit}`}`;

const limitOf = (number: HookNumber): string => (number.limit === undefined ? '' : withUnit(number.limit, number));
