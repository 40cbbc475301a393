import { readFileSync } from 'node:fs';
import { type DataSet, parseDataSet } from '../../../lambdas/contract/golden-set';
import type { DeployedEndpoint } from '../../../lab/deployed/endpoint';
import type { LoadOfUsers } from '../../../lab/deployed/users';
import { example } from './paths';

/** Images that users send, from examples/digits. */
export const liveTraffic: DataSet = parseDataSet(readFileSync(example('live-traffic.json')));

/** More ink than this, and `throws-on-dense.onnx` throws; see examples/digits/make_models.py. */
const DENSE = 360;
const isDense = ({ inputs: [pixels] }: DataSet['requests'][number]): boolean =>
  pixels!.data.reduce<number>((sum, ink) => sum + Number(ink), 0) > DENSE;

/** The same with every second image a dense one, as on a day on which users write with thick pens. */
export const denseTraffic: DataSet = {
  ...liveTraffic,
  labels: undefined,
  requests: liveTraffic.requests
    .filter(isDense)
    .flatMap((dense, index) => [dense, liveTraffic.requests[index] ?? dense]),
};

export interface Crowd {
  /** @default liveTraffic */
  readonly traffic?: DataSet;
  /** @default 5 */
  readonly perSecond?: number;
}

/** Users call the endpoint while something happens; they leave when it is over or has failed. */
export async function whileUsersCall(
  endpoint: DeployedEndpoint,
  happens: (users: LoadOfUsers) => Promise<void>,
  { traffic = liveTraffic, perSecond = 5 }: Crowd = {},
): Promise<LoadOfUsers> {
  const users = endpoint.users({ traffic, perSecond });
  try {
    await happens(users);
  } finally {
    await users.stop();
  }
  return users;
}
