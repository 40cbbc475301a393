import { OperationRefused } from '../contract/operation-errors';
import type { TeardownReport } from '../adapters/lambda/teardown';
import type { TeardownRequest } from '../contract/work';
import { type OperationNeeds } from './needs';
import { utc } from './rollout-view';
import { chooseEndpoint } from '../steps/validation/find-endpoint';

type Needs = Pick<OperationNeeds, 'settings' | 'teardown'>;
type PostponeNeeds = Pick<OperationNeeds, 'clock' | 'holds' | 'settings' | 'teardown'>;

/**
 * Runs the teardown now, of one endpoint or of all; `dryRun` tells what it would free.
 * @throws UnknownEndpoint, OperationRefused TeardownFailed
 */
export async function teardown(
  ports: Needs,
  name: string | undefined,
  dryRun: boolean,
): Promise<readonly TeardownReport[]> {
  const endpoint = name === undefined ? undefined : (await chooseEndpoint(ports, name)).settings.name;
  return asked(ports, { ...(endpoint !== undefined && { endpoint }), dryRun });
}

/** `undefined` lifts a hold. */
export type Until = { readonly hours: number } | { readonly until: string } | undefined;

/**
 * Keeps everything of an endpoint from the teardown for a while, or lifts that.
 * @param seen until when it was put off, as the person saw it, null for not at all; by default whatever is so now
 * @throws UnknownEndpoint, OperationRefused StateChanged, TeardownFailed for a time beyond the limits
 */
export async function postpone(
  ports: PostponeNeeds,
  name: string | undefined,
  until: Until,
  reason: string,
  seen?: string | null,
): Promise<TeardownReport> {
  const endpoint = (await chooseEndpoint(ports, name)).settings.name;
  if (seen !== undefined) {
    const now = await heldUntil(ports, endpoint);
    if (now === wanted(until)) return { endpoint, deleted: [], released: [], kept: [], skipped: inWords(now) };
    if (now !== seen) throw heldOtherwise(endpoint, now, seen);
  }
  const when =
    until === undefined
      ? { postponeUntil: null }
      : 'hours' in until
        ? { postponeHours: until.hours }
        : { postponeUntil: until.until };
  const [report] = await asked(ports, { endpoint, ...when, reason });
  return report ?? { endpoint, deleted: [], released: [], kept: [] };
}

/** Until when the teardown of an endpoint is put off now; null for not at all. */
async function heldUntil({ clock, holds }: PostponeNeeds, endpoint: string): Promise<string | null> {
  const until = (await holds.readHold(endpoint))?.until;
  return until !== undefined && Date.parse(until) > clock.now() ? until : null;
}

/** The time that is asked for, where it is one; hours begin anew with each request. */
const wanted = (until: Until): string | null | undefined =>
  until === undefined ? null : 'until' in until ? until.until : undefined;

const inWords = (until: string | null): string =>
  until === null ? 'the teardown is not postponed' : `postponed until ${utc(until)}`;

/** What another person asked for is not overwritten unseen. */
const heldOtherwise = (endpoint: string, now: string | null, seen: string | null): OperationRefused =>
  new OperationRefused(
    'StateChanged',
    `endpoint ${endpoint}: ${inWords(now)} now, and before it was ${inWords(seen)}`,
    [{ what: 'See how long it waits', command: `greenlight status ${endpoint}` }],
  );

async function asked({ teardown: port }: Needs, request: Partial<TeardownRequest>): Promise<readonly TeardownReport[]> {
  const answer = await port.runTeardown(request);
  if (!('failed' in answer)) return answer;
  throw new OperationRefused('TeardownFailed', `the teardown failed with ${answer.failed}: ${answer.message}`, [
    { what: 'An endpoint that failed kept the others from nothing; see the log of the function teardown-idle' },
  ]);
}
