import type { EvidenceMinute } from '../../domain/evidence';
import { MINUTE_MS } from '../../domain/minutes';
import type { IncompleteMinute, MinutesReading } from '../../adapters/cloudwatch/minutes';

/** Data that has not come this long after its minute is not waited for: the minute is left out, and the record says so. */
const LATE_MS = 10 * MINUTE_MS;

export interface UsableMinutes {
  readonly minutes: readonly EvidenceMinute[];
  readonly leftOut: readonly IncompleteMinute[];
  /** Minutes that are settled but still incomplete, or that lie behind one that is. */
  readonly waiting: number;
}

/**
 * The rule for incomplete minutes, fixed beforehand and blind to what they hold: such a minute waits, and every later
 * one behind it, so that no look sees minutes out of order; after ten minutes it is left out for good.
 */
export function usableMinutes(
  reading: MinutesReading,
  leftOutBefore: readonly IncompleteMinute[],
  now: number,
): UsableMinutes {
  const given = reading.incomplete.filter((one) => Date.parse(one.minute) + MINUTE_MS + LATE_MS <= now);
  const leftOut = [
    ...leftOutBefore,
    ...given.filter((one) => !leftOutBefore.some((before) => before.minute === one.minute)),
  ];
  const isLeftOut = (minute: string) => leftOut.some((one) => one.minute === minute);
  const waitingFor = reading.incomplete.filter((one) => !isLeftOut(one.minute)).map((one) => one.minute);
  const firstWaiting = waitingFor.sort()[0];
  const counted = reading.minutes.filter((one) => !isLeftOut(one.minute));
  const minutes = counted.filter((one) => firstWaiting === undefined || one.minute < firstWaiting);
  return { minutes, leftOut, waiting: waitingFor.length + counted.length - minutes.length };
}
