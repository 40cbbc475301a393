import { s3LabelStore } from '../../lambdas/adapters/s3/label-store';
import type { KeptLabel } from '../../lambdas/contract/feedback';
import { S3Service } from '../../simulator/services/s3-service';
import { testWorld } from '../simulator/services/test-world';
import { awsError, type Intercept, standIn } from './stand-ins';

const KEY = 'feedback/digits/7/2026-11-27/r-1.json';
const label = (takenBy: string, labels: readonly number[] = [3]): KeptLabel => ({
  endpoint: 'digits',
  version: '7',
  model: '0123456789ab',
  request: 'r-1',
  answeredAt: '2026-11-27T12:00:00.000Z',
  labelledAt: '2026-11-27T12:01:00.000Z',
  rows: 1,
  predicted: [3],
  labels: [...labels],
  takenBy,
});

function bucket(intercept?: Intercept) {
  const service = new S3Service(testWorld());
  service.createBucket('models');
  const { client, sent } = standIn(service, intercept);
  const pauses: number[] = [];
  const store = s3LabelStore(
    () => client,
    async (ms) => void pauses.push(ms),
  );
  const keep = (one: KeptLabel) => store.keepFirst('models', KEY, one);
  return { keep, sent, pauses, commands: () => sent.map(({ command }) => command) };
}

describe('labels in S3', () => {
  test('are written once, on condition that there is none', async () => {
    const { keep, sent } = bucket();
    expect(await keep(label('a'))).toEqual(label('a'));
    expect(sent).toEqual([
      {
        command: 'PutObject',
        input: {
          Bucket: 'models',
          Key: KEY,
          Body: JSON.stringify(label('a')),
          ContentType: 'application/json',
          IfNoneMatch: '*',
        },
      },
    ]);
  });

  test('answer the first label to later ones', async () => {
    const { keep, commands } = bucket();
    await keep(label('a', [3]));
    expect(await keep(label('b', [4]))).toEqual(label('a', [3]));
    expect(commands()).toEqual(['PutObject', 'PutObject', 'GetObject']);
  });

  test('of two that come at the same time one is kept, and both are told which', async () => {
    const { keep } = bucket();
    const [one, other] = await Promise.all([keep(label('a', [3])), keep(label('b', [4]))]);
    expect(one).toEqual(other);
  });

  test('are tried again while S3 says that another write is under way, and not for ever', async () => {
    const conflict = awsError('ConditionalRequestConflict', 409);
    const twice = bucket(({ command }, nth) =>
      command === 'PutObject' && nth <= 2 ? Promise.reject(conflict) : undefined,
    );
    expect(await twice.keep(label('a'))).toEqual(label('a'));
    expect(twice.pauses).toEqual([100, 100]);
    const always = bucket(() => Promise.reject(conflict));
    await expect(always.keep(label('a'))).rejects.toBe(conflict);
    expect(always.pauses).toHaveLength(5);
  });

  test('that S3 does not take, or that cannot be read, are an error and never taken', async () => {
    const denied = awsError('AccessDenied', 403);
    await expect(bucket(() => Promise.reject(denied)).keep(label('a'))).rejects.toBe(denied);
    const garbled = bucket(({ command }) =>
      command === 'PutObject'
        ? Promise.reject(awsError('PreconditionFailed', 412))
        : { Body: { transformToString: async () => '{}' } },
    );
    await expect(garbled.keep(label('a'))).rejects.toThrow(/endpoint/);
  });
});
