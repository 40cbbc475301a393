import { deliverAgain } from '../../lab/deployed/deliver-again';
import type { DeployedExecution } from '../../lab/deployed/execution';
import { waitUntil } from '../../lab/deployed/wait-until';
import { STACKS } from './app/stacks';
import { example } from './stage/paths';
import { storyOf } from './stage/story';

describe('uploads', () => {
  const scene = storyOf(STACKS.several, 'uploads');
  const v1 = example('v1-baseline.onnx');
  const shortly = { withinMs: 60_000 };
  let live = '';

  scene('start one rollout per object version, however often AWS delivers the event', async ({ app, endpoint }) => {
    const upload = await endpoint.upload(v1);
    const execution = await endpoint.executionOf(upload);
    expect(await deliverAgain(app, upload)).toBe('answered before');
    expect((await execution.end({ withinMs: 200_000 })).status).toBe('SUCCEEDED');
    expect(await deliverAgain(app, upload)).toBe('answered before');
    expect(await named(await app.executions(), 'uploads-')).toEqual([upload.id]);
    live = await endpoint.atRest({ withinMs: 120_000 });
  });

  scene('of what is live already change nothing', async ({ endpoint }) => {
    const execution = await endpoint.rollout(v1, { as: 'the-same-bytes.onnx' });
    expect((await execution.end(shortly)).status).toBe('SUCCEEDED');
    expect((await execution.states()).at(-1)).toBe('AlreadyLive');
    expect(await endpoint.record(execution.name)).toMatchObject({ outcome: 'already-live', liveVersionAfter: live });
  });

  scene('of a file that is cut off are refused before any user sees them', async ({ endpoint }) => {
    const execution = await endpoint.rollout(example('truncated.onnx'));
    const { status, error, cause } = await execution.end(shortly);
    expect({ status, error }).toEqual({ status: 'FAILED', error: 'ModelRejected' });
    expect(cause).toMatch(/not a whole ONNX model: it ends after \d+ bytes, a part of it would end at \d+/);
    expect(await execution.states()).not.toContain('ShiftTraffic');
    expect(await endpoint.record(execution.name)).toMatchObject({ outcome: 'rejected', error: 'ModelRejected' });
    expect(await endpoint.atRest({ withinMs: 120_000 })).toBe(live);
  });

  scene('whose bytes are not those that the uploader hashed are refused', async ({ endpoint }) => {
    const execution = await endpoint.rollout(v1, { as: 'hashed.onnx', metadata: { sha256: '0'.repeat(64) } });
    const { status, error, cause } = await execution.end(shortly);
    expect({ status, error }).toEqual({ status: 'FAILED', error: 'ModelRejected' });
    expect(cause).toContain('sha256');
    expect(await endpoint.atRest({ withinMs: 120_000 })).toBe(live);
  });

  const refused: readonly (readonly [string, string, Readonly<Record<string, string>>, string])[] = [
    ['with another suffix', 'model.pb', {}, 'the key must end in .onnx, the suffix of endpoint uploads'],
    ['with a strategy that is none', 'v9.onnx', { strategy: 'Sideways' }, 'metadata strategy'],
  ];
  for (const [how, as, metadata, cause] of refused)
    scene(`${how} start no rollout and leave a record that says why`, async ({ app, endpoint }) => {
      const { id } = await endpoint.upload(v1, { as, metadata });
      const record = await endpoint.ended(id, shortly);
      expect(record).toMatchObject({ outcome: 'rejected', error: 'InvalidUpload', startedBy: 'upload' });
      expect(record.cause).toContain(cause);
      expect(await app.findExecution(id)).toBeUndefined();
    });

  scene('for an endpoint that there is not are told to anyone who looks', async ({ app }) => {
    await app.put('models/missing/v1.onnx', v1);
    const ask = async () => (await app.records('none')).find(({ model }) => model?.includes('models/missing/'));
    const record = await waitUntil('a record of the upload for an unknown endpoint', ask, shortly);
    expect(record).toMatchObject({ outcome: 'rejected', error: 'UnknownEndpoint' });
    expect(record.cause).toContain('there is no endpoint "missing"');
  });

  const inputs: readonly (readonly [string, unknown, string, RegExp])[] = [
    ['the console’s own', { Comment: 'Insert your JSON here' }, 'UnknownEndpoint', /good.*idle.*uploads/],
    ['empty', {}, 'UnknownEndpoint', /good.*idle.*uploads/],
    ['misspelt', { endpont: 'uploads' }, 'InvalidInput', /endpont/],
  ];
  for (const [what, input, error, cause] of inputs)
    scene(`${what} input is refused by name where there are several endpoints`, async ({ app }) => {
      const execution = await app.start(input);
      const ended = await execution.end(shortly);
      expect(ended).toMatchObject({ status: 'FAILED', error, cause: expect.stringMatching(cause) as string });
    });
});

const named = async (executions: readonly DeployedExecution[], prefix: string): Promise<readonly string[]> =>
  executions.map(({ name }) => name).filter((name) => name.startsWith(prefix));
