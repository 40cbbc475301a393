import type { TransitionEvent } from '../../contract/transition-event';
import { type NoticeText, PREFIX } from './text';

/** SNS takes fewer than 100 characters. */
const MOST = 99;

/** "Failed: digits: version 7 was stopped in the canary: errors 3.9 % (blue 0 %)". What does not fit is left out whole. */
export function subjectOf({ severity, endpoint }: TransitionEvent, { happened, numbers }: NoticeText): string {
  const start = `${PREFIX[severity]}${endpoint}: ${happened}`;
  const fitting = numbers.map((more) => `${start}${more}`).find((subject) => subject.length <= MOST);
  return (fitting ?? start).slice(0, MOST);
}
