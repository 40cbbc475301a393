import type { WidgetOperation } from '../../contract/widget-event';
import { abort } from '../abort';
import { approve, reject } from '../answer';
import type { Actor } from '../needs';
import { promote } from '../promote';
import { rollback } from '../rollback';
import { postpone } from '../teardown';
import { utc } from '../utc';
import type { ActNeeds } from './needs';

/** Users are safe within seconds where AWS's event arrives; a person does not look at a page that is still loading for longer. */
export const ABORT_WAIT_MS = 15_000;

/** Carries a click's operation out with the code of the command line, and says in a sentence what came of it. */
export async function carryOut(
  ports: ActNeeds,
  endpoint: string,
  operation: Exclude<WidgetOperation, { do: 'look' }>,
  actor: Actor,
  to: string,
): Promise<string> {
  switch (operation.do) {
    case 'approve': {
      const { rolloutId, askedAt } = operation;
      await approve(ports, endpoint, actor, rolloutId, askedAt);
      return `rollout ${rolloutId} was approved by ${actor.by}; green is being promoted`;
    }
    case 'reject': {
      const { rolloutId, askedAt } = operation;
      await reject(ports, endpoint, actor, rolloutId, askedAt);
      return `rollout ${rolloutId} was rejected by ${actor.by}; blue is being put back`;
    }
    case 'promote': {
      const done = await promote(ports, endpoint, actor, operation.rolloutId);
      if (done.how === 'approved')
        return `rollout ${done.rolloutId} waited for an answer, and was approved by ${done.by}`;
      const when = done.nextLookAt === null ? '' : ` (${utc(done.nextLookAt)})`;
      return `rollout ${done.rolloutId} is promoted at its next look${when}, unless the judge says fail`;
    }
    case 'abort': {
      const { rollout, inService, seconds } = await abort(ports, endpoint, actor, ABORT_WAIT_MS, operation.rolloutId);
      return `rollout ${rollout.id} ended as ${rollout.outcome ?? '?'}; in service: version ${inService.version}, safe after ${seconds} s`;
    }
    case 'rollback': {
      const { live, rollout, last } = operation;
      const request = { ...actor, force: false, seen: { live, rollout, last }, ...(to !== '' && { to }) };
      const started = await rollback(ports, endpoint, request);
      const careful = started.warning === null ? '' : ` Careful: ${started.warning}.`;
      return `rollback ${started.rolloutId} has begun; look again to follow it.${careful}`;
    }
    case 'postpone': {
      const { until, held } = operation;
      const when = until === null ? undefined : { until };
      const why = `${actor.by}${actor.reason === '' ? '' : `: ${actor.reason}`}`;
      const { skipped } = await postpone(ports, endpoint, when, why, held);
      return skipped ?? 'the teardown works again';
    }
  }
}
