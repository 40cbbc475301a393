import { OperationRefused } from '../../contract/operation-errors';
import type { TeardownReport } from '../../ports/teardown';
import type { TeardownRequest } from '../../contract/teardown-request';
import { chooseEndpoint } from './choose-endpoint';
import type { OperationPorts } from './ports';

type Needs = Pick<OperationPorts, 'settings' | 'teardown'>;

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
 * @throws UnknownEndpoint, OperationRefused TeardownFailed for a time beyond the limits
 */
export async function postpone(
  ports: Needs,
  name: string | undefined,
  until: Until,
  reason: string,
): Promise<TeardownReport> {
  const endpoint = (await chooseEndpoint(ports, name)).settings.name;
  const when =
    until === undefined
      ? { postponeUntil: null }
      : 'hours' in until
        ? { postponeHours: until.hours }
        : { postponeUntil: until.until };
  const [report] = await asked(ports, { endpoint, ...when, reason });
  return report ?? { endpoint, deleted: [], released: [], kept: [] };
}

async function asked({ teardown: port }: Needs, request: Partial<TeardownRequest>): Promise<readonly TeardownReport[]> {
  const answer = await port.run(request);
  if (!('failed' in answer)) return answer;
  throw new OperationRefused('TeardownFailed', `the teardown failed with ${answer.failed}: ${answer.message}`, [
    { what: 'An endpoint that failed kept the others from nothing; see the log of the function teardown-idle' },
  ]);
}
