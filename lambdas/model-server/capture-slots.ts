import { createHmac } from 'node:crypto';
import { AUTO_CAPTURES_A_DAY } from '../domain/plan/time-to-proof';

/** A day has 3,000 of them. One request is kept in each, so that every hour has the same share of what is kept. */
export const SLOT_MS = 86_400_000 / AUTO_CAPTURES_A_DAY;
/** Of the last hour: where traffic is low, what a minute left free the next may take. */
const SLOTS_KEPT_OPEN = 3_600_000 / SLOT_MS;
/** At most one attempt a second: a burst of requests is no burst of writes. */
const LEAST_GAP_MS = 1_000;
const MOST_GAP_MS = 1_800_000;

/** Slots for captured requests, as one environment sees them. */
export interface CaptureSlots {
  /** Whether a request may try for a slot now. Changes nothing. */
  readonly areOpen: (at: number) => boolean;
  /** The slot to try, the newest that this environment has not tried; undefined when there is none. */
  readonly take: (at: number) => number | undefined;
  readonly won: (at: number) => void;
  readonly lost: (at: number) => void;
}

/**
 * Environments know nothing of each other, and there may be a thousand of them. What bounds them all is the name of the
 * object: one a slot, and S3 lets one of them write it. Who comes too late waits twice as long before the next try, who
 * wins half as long: that settles at about two tries a slot, however many environments there are.
 *
 * @param secret the same in all environments, and known to no caller: it decides when in its 28.8 s a slot opens. Did
 *   they open with the clock, a caller that sends one request at each beginning would have nearly all of what is kept
 */
export function captureSlots(secret: string, random: () => number): CaptureSlots {
  const opened = openings(secret);
  const tried = new Set<number>();
  let gapMs = LEAST_GAP_MS;
  let notBefore = -Infinity;
  const pause = (at: number) => {
    // Spread, so that those who lost together do not come again together.
    notBefore = at + (gapMs === LEAST_GAP_MS ? gapMs : gapMs * (0.5 + random()));
  };
  const free = (at: number): number | undefined => {
    const current = Math.floor(at / SLOT_MS);
    const newest = at < opened(current) ? current - 1 : current;
    for (let slot = newest; slot > newest - SLOTS_KEPT_OPEN; slot -= 1) if (!tried.has(slot)) return slot;
    return undefined;
  };
  return {
    areOpen: (at) => at >= notBefore && free(at) !== undefined,
    take: (at) => {
      const slot = free(at);
      if (slot === undefined) return undefined;
      tried.add(slot);
      for (const one of tried) if (one <= slot - 2 * SLOTS_KEPT_OPEN) tried.delete(one);
      return slot;
    },
    won: (at) => {
      gapMs = Math.max(LEAST_GAP_MS, gapMs / 2);
      pause(at);
    },
    lost: (at) => {
      gapMs = Math.min(MOST_GAP_MS, gapMs * 2);
      pause(at);
    },
  };
}

/** When a slot opens, ms since 1970. Asked for every request: the last one is kept. */
function openings(secret: string): (slot: number) => number {
  let last = { slot: -1, at: 0 };
  return (slot) => {
    if (slot !== last.slot) {
      const digest = createHmac('sha256', secret).update(`capture slot ${slot}`).digest();
      last = { slot, at: (slot + digest.readUInt32BE() / 2 ** 32) * SLOT_MS };
    }
    return last.at;
  };
}
