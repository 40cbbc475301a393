import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseDataSet } from '../../lambdas/contract/golden-set';
import { STACKS } from './app/stacks';
import { trainExample } from './stage/python';
import { storyOf } from './stage/story';
import { whileUsersCall } from './stage/traffic';

describe('an endpoint in Python', () => {
  const scene = storyOf(STACKS.several, 'churn');
  const folder = mkdtempSync(join(tmpdir(), 'churn-'));
  const made = (file: string): string => join(folder, file);
  let first = '';
  beforeAll(() => trainExample(folder), 600_000);
  afterAll(() => rmSync(folder, { recursive: true }));

  scene('opens the pickle that was pinned, and is verified and promoted', async ({ app, endpoint }) => {
    await app.put('golden/churn.json', readFileSync(made('golden.json')));
    const execution = await endpoint.rollout(made('v1.pkl'));
    const { status, cause } = await execution.end({ withinMs: 200_000 });
    expect([status, cause]).toEqual(['SUCCEEDED', undefined]);
    first = await endpoint.atRest({ withinMs: 120_000 });
    const metadata = await endpoint.call({ method: 'GET', path: '/v2/models/churn' });
    expect(JSON.parse(metadata.body)).toMatchObject({ platform: 'python', versions: [first] });
  });

  /** What users send while another pickle is rolled out, to its end. */
  const rolledOut = async ({ endpoint }: Parameters<Parameters<typeof scene>[1]>[0], file: string) => {
    const traffic = parseDataSet(readFileSync(made('traffic.json'), 'utf8'));
    let ended: { readonly status: string; readonly error?: string; readonly cause?: string } = { status: '' };
    let id = '';
    const users = await whileUsersCall(
      endpoint,
      async () => {
        const execution = await endpoint.rollout(made(file));
        id = execution.name;
        ended = await execution.end({ withinMs: 700_000 });
      },
      { traffic },
    );
    return { ended, users, record: await endpoint.record(id) };
  };

  scene(
    'is judged by every gate, predictions too, and promoted',
    async (story) => {
      const { ended, users, record } = await rolledOut(story, 'v2.pkl');
      expect([ended.status, ended.cause]).toEqual(['SUCCEEDED', undefined]);
      expect(record).toMatchObject({ outcome: 'promoted', decidedBy: 'judge' });
      const gates = record?.state?.judgement?.gates.map(({ gate }) => gate);
      expect(gates).toEqual(expect.arrayContaining(['errors', 'predictions', 'throttles']));
      expect(users.failures).toEqual([]);
      const better = await story.endpoint.atRest({ withinMs: 120_000 });
      expect(Object.keys(users.byVersion).sort()).toEqual([first, better].sort());
    },
    { withinSeconds: 900 },
  );
});
