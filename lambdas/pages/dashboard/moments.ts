import { type Html, html } from '../words/html';
import { duration, momentOf, timeOfDay } from '../words/times';

/** "09:33:05 UTC, in 12 min", or "3 min ago"; with the date where it is another day than `now`. */
export function fromNow(at: string, now: string): Html {
  const [moment, since] = [momentOf(at), momentOf(now)];
  const ms = moment === undefined || since === undefined ? undefined : moment - since;
  const away = ms === undefined ? '' : ms >= 0 ? `, in ${duration(ms)}` : `, ${duration(-ms)} ago`;
  return html`${timeOfDay(at, now)} UTC${away}`;
}
