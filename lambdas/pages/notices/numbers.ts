import type { JudgementNumbers } from '../../contract/transition-event';
import { certainty, count, percent, some } from '../../domain/numbers';

type Gate = NonNullable<JudgementNumbers['gate']>;

const share = ({ events, requests }: Gate['blue']): string =>
  requests === 0 ? 'no requests' : percent(events / requests);
const outOf = (arm: Gate['blue']): string =>
  arm.requests === 0 ? share(arm) : `${share(arm)} (${count(arm.events)} of ${count(arm.requests)})`;

/** "errors 3.9 % (blue 0 %)". */
export const shortNumber = ({ name, green, blue }: Gate): string => `${name} ${share(green)} (blue ${share(blue)})`;

/** "failed requests: green 3.9 % (6 of 154), blue 0 % (0 of 445); worse with certainty 99.8 %, stopped from 99 %". */
export const longNumber = ({ counts, green, blue, evidence: found, limit }: Gate): string =>
  `${counts}: green ${outOf(green)}, blue ${outOf(blue)}; worse with certainty ${certainty(found)}, stopped from ${certainty(limit)}`;

/** "154 green and 445 blue requests in 4 minutes". */
export const judgedInWords = ({ greenRequests, blueRequests, minutes }: JudgementNumbers): string =>
  `${count(greenRequests)} green and ${count(blueRequests)} blue requests in ${some(minutes, 'minute')}`;

/** The first statement of a cause, for a subject: "golden set: accuracy 60.8 %". */
export const firstOf = (cause: string): string => cause.split(/ \(|; |, /)[0] ?? cause;
