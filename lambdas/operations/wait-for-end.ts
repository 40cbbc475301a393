import { OperationRefused } from '../contract/operation-errors';
import type { RolloutRecord } from '../contract/rollout-record';
import type { OperationNeeds } from './needs';

/** Each poll is one read of the table. */
export const POLL_MS = 2_000;

/** Waits until a rollout has ended and its record says how; undefined when that is not so after `limitMs`. */
export async function waitForEnd(
  { clock, records }: Pick<OperationNeeds, 'clock' | 'records'>,
  endpoint: string,
  rolloutId: string,
  limitMs: number,
): Promise<RolloutRecord | undefined> {
  const until = clock.now() + limitMs;
  for (;;) {
    const record = await records.readRecord(endpoint, rolloutId);
    if (record?.status === 'ended') return record;
    if (clock.now() >= until) return undefined;
    await clock.sleep(POLL_MS);
  }
}

/** The rollout runs on; only this waiting is over. */
export const stillRunning = (endpoint: string, rolloutId: string, seconds: number): OperationRefused =>
  new OperationRefused(
    'StillRunning',
    `endpoint ${endpoint}: rollout ${rolloutId} has not ended after ${seconds} s; it runs on`,
    [{ what: 'Follow it', command: `greenlight status ${endpoint} --watch` }],
  );
