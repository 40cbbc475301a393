import type { Notice } from '../../ports/notices';
import type { Ports } from '../../ports/ports';

/** The record is closed by now, so that no retry of the step comes here again: people must hear of it now. */
const TRIES = 4;
const PAUSE_MS = 1_000;

/** Sends the notice of a rollout's end, and tries again for 1 + 2 + 3 = 6 s when it cannot be sent. */
export async function tell({ clock, notices }: Pick<Ports, 'clock' | 'notices'>, notice: Notice): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await notices.send(notice);
    } catch (error) {
      if (attempt === TRIES) throw error;
      await clock.sleep(attempt * PAUSE_MS);
    }
  }
}
