import { InvalidInput } from '../../contract/errors';
import { MAX_POSTPONE_DAYS, type TeardownRequest } from '../../contract/teardown-request';
import { isoTime, MINUTE_MS } from '../../domain/minutes';
import type { Hold } from '../../contract/decisions';
import type { Adapters } from '../../adapters/adapters';
import { teardownHeld } from '../announcements/other-transitions';

const HOUR_MS = 60 * MINUTE_MS;

/** Until when a request puts the teardown off: null lifts an earlier one, undefined says nothing of it. */
const asked = ({ postponeUntil, postponeHours }: TeardownRequest, now: number): number | null | undefined => {
  if (postponeHours !== undefined) return now + postponeHours * HOUR_MS;
  return typeof postponeUntil === 'string' ? Date.parse(postponeUntil) : postponeUntil;
};

/** Notes a person's hold, or lifts it. Undefined when none was asked for. @throws InvalidInput beyond the limits */
export async function postpone(
  { announcements, clock, holds }: Pick<Adapters, 'announcements' | 'clock' | 'holds'>,
  endpoint: string,
  request: TeardownRequest,
): Promise<string | undefined> {
  const now = clock.now();
  const until = asked(request, now);
  if (until === undefined) return undefined;
  if (until !== null && (until <= now || until > now + MAX_POSTPONE_DAYS * 24 * HOUR_MS))
    throw new InvalidInput(
      `postponeUntil: must be after now (${isoTime(now)}) and at most ${MAX_POSTPONE_DAYS} days ahead; got "${isoTime(until)}"`,
    );
  // What is lifted is over now: nobody has to delete it.
  const hold: Hold = { until: isoTime(until ?? now), reason: request.reason };
  await holds.holdTeardown(endpoint, hold);
  await announcements.announceOnce(teardownHeld(clock, endpoint, until === null ? null : hold.until, hold.reason));
  return until === null ? 'the teardown is postponed no longer' : inWords(hold);
}

/** Why nothing of an endpoint may be freed now, if somebody has postponed it. */
export async function heldBack(
  { clock, holds }: Pick<Adapters, 'clock' | 'holds'>,
  endpoint: string,
): Promise<string | undefined> {
  const hold = await holds.readHold(endpoint);
  return hold !== undefined && Date.parse(hold.until) > clock.now() ? inWords(hold) : undefined;
}

const inWords = ({ until, reason }: Hold): string => `postponed until ${until}${reason === '' ? '' : `: ${reason}`}`;
