import { readFileSync } from 'node:fs';
import { type DataSet, parseDataSet } from '../../../lambdas/contract/golden-set';
import type { DeployedEndpoint } from '../../../lab/deployed/endpoint';
import type { LoadOfUsers } from '../../../lab/deployed/users';
import { example } from './paths';

/** Images that users send, from examples/digits. */
export const liveTraffic: DataSet = parseDataSet(
  JSON.parse(readFileSync(example('live-traffic.json'), 'utf8')) as unknown,
  { labels: 'optional' },
);

/** More ink than this, and `throws-on-dense.onnx` throws; see examples/digits/make_models.py. */
const DENSE = 360;
const isDense = (row: readonly (number | string)[]): boolean =>
  row.reduce<number>((sum, ink) => sum + Number(ink), 0) > DENSE;

/** The same with every second image a dense one, as on a day on which users write with thick pens. */
export const denseTraffic: DataSet = withRows(
  liveTraffic.rows.filter(isDense).flatMap((dense, index) => [dense, liveTraffic.rows[index] ?? dense]),
);

function withRows(rows: DataSet['rows']): DataSet {
  return { ...liveTraffic, rows, labels: undefined, shape: [rows.length, ...liveTraffic.shape.slice(1)] };
}

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
