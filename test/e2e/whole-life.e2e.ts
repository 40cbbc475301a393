import type { RolloutRecord } from '../../lambdas/contract/rollout-record';
import type { DeployedEndpoint } from '../../lab/deployed/endpoint';
import { remainsOf } from '../../lab/deployed/remains';
import { waitUntil } from '../../lab/deployed/wait-until';
import { only } from './app/endpoints';
import { CONTEXT, REVISION_HEADER, STACKS } from './app/stacks';
import { cli } from './stage/cli';
import { example } from './stage/paths';
import { storyOf } from './stage/story';
import { whileUsersCall } from './stage/traffic';

const SHORTLY = { withinMs: 60_000 };
const DEPLOY = { withinSeconds: 500 };

const MORE_MEMORY_MB = 640;

/** What the second deploy changes, and the third on top of it. */
const CHANGED_CODE = { [CONTEXT.codeRevision]: '2' };
const CHANGED_SETTINGS = { ...CHANGED_CODE, [CONTEXT.settings]: JSON.stringify({ memoryMB: MORE_MEMORY_MB }) };

describe('an app with one endpoint, from its first deploy to its last', () => {
  const scene = storyOf(STACKS.one, only.name);
  const READY = { method: 'GET', path: '/v2/health/ready' } as const;
  let live = '';
  let destroyed = false;

  beforeAll(async () => {
    await cli(STACKS.one).deploy();
  }, 400_000);

  afterAll(async () => {
    // Only after a failure, and it must not hide that one.
    if (!destroyed)
      await cli(STACKS.one, CHANGED_SETTINGS)
        .destroy()
        .catch(() => undefined);
  }, 400_000);

  scene(
    'rolls out an upload, then the next one, and rolls back',
    async ({ app, endpoint }) => {
      for (const file of ['v1-baseline.onnx', 'v2-better.onnx']) {
        const execution = await endpoint.rollout(example(file));
        expect((await execution.end({ withinMs: 200_000 })).status).toBe('SUCCEEDED');
      }
      const rollback = await app.start({ action: 'rollback' });
      expect((await rollback.end(SHORTLY)).status).toBe('SUCCEEDED');
      live = await endpoint.atRest({ withinMs: 120_000 });
    },
    { withinSeconds: 500 },
  );

  scene('rolls out the newest model when the input is empty', async ({ app, endpoint }) => {
    const execution = await app.start({});
    expect((await execution.end(SHORTLY)).status).toBe('SUCCEEDED');
    const record = await endpoint.record(execution.name);
    expect(record).toMatchObject({ outcome: 'promoted', startedBy: 'person' });
    expect(record?.state?.green.model?.key).toBe(`models/${only.name}/v2-better.onnx`);
    expect(await endpoint.atRest({ withinMs: 120_000 })).not.toBe(live);
    live = await endpoint.atRest({ withinMs: 120_000 });
  });

  scene('finds it live already with the console’s own input', async ({ app, endpoint }) => {
    const execution = await app.start({ Comment: 'Insert your JSON here' });
    expect((await execution.end(SHORTLY)).status).toBe('SUCCEEDED');
    expect(await endpoint.record(execution.name)).toMatchObject({ outcome: 'already-live', liveVersionAfter: live });
  });

  scene('does not differ from its template after rollouts', async () => {
    const { differs, text } = await cli(STACKS.one).diff();
    expect(differs ? text : 'no difference').toBe('no difference');
  });

  scene(
    'gets new code by a deploy that moves no traffic itself: a rollout of the same model does',
    async ({ endpoint }) => {
      const before = { live, versions: await endpoint.versions(), model: (await endpoint.call(READY)).model };
      const users = await whileUsersCall(endpoint, async () => {
        await cli(STACKS.one, CHANGED_CODE).deploy();
        const record = await endedAfterDeploy(endpoint);
        expect(record).toMatchObject({ outcome: 'promoted', startedBy: 'deploy' });
        // The rollout began after CloudFormation had changed the function, and found the alias as it was.
        expect(record.state?.blue.version).toBe(before.live);
        live = await endpoint.atRest({ withinMs: 120_000 });
        expect((await endpoint.alias()).description).toBe(
          `rollout ${record.id}: version ${live} alone; blue was version ${before.live}`,
        );
      });
      expect(users.failures).toEqual([]);
      expect(await endpoint.versions()).toEqual([...before.versions, live]);
      const answer = await endpoint.call(READY);
      expect(answer).toMatchObject({ status: 200, version: live, model: before.model });
      expect(answer.headers[REVISION_HEADER]).toBe('2');
    },
    DEPLOY,
  );

  scene(
    'gets new settings by a deploy, and a rollout of the same model with them',
    async ({ app, endpoint }) => {
      expect((await app.settings(only.name))?.memoryMB).toBe(only.memoryMB);
      await cli(STACKS.one, CHANGED_SETTINGS).deploy();
      expect((await app.settings(only.name))?.memoryMB).toBe(MORE_MEMORY_MB);
      expect(await endedAfterDeploy(endpoint)).toMatchObject({ outcome: 'promoted', startedBy: 'deploy' });
      live = await endpoint.atRest({ withinMs: 120_000 });
      expect(await endpoint.memoryMBOf(live)).toBe(MORE_MEMORY_MB);
      const { differs, text } = await cli(STACKS.one, CHANGED_SETTINGS).diff();
      expect(differs ? text : 'no difference').toBe('no difference');
    },
    DEPLOY,
  );

  scene(
    'leaves its bucket and its table behind when it is destroyed, and nothing else',
    async ({ app, endpoint }) => {
      await cli(STACKS.one, CHANGED_SETTINGS).destroy();
      destroyed = true;
      const left = await remainsOf(app.clients, app.stack);
      expect(left.map(({ type }) => type).sort()).toEqual(['AWS::DynamoDB::Table', 'AWS::S3::Bucket']);
      expect((await endpoint.call(READY)).status).not.toBe(200);
      // What is kept is worth keeping: the models, and what became of them.
      expect((await app.records(only.name)).length).toBeGreaterThan(5);
    },
    DEPLOY,
  );

  const told = new Set<string>();

  /** The record of the rollout that a deploy has started, once it has ended. */
  async function endedAfterDeploy(endpoint: DeployedEndpoint): Promise<RolloutRecord> {
    const ask = async () => {
      const records = await endpoint.records();
      return records.find(({ id, startedBy, status }) => startedBy === 'deploy' && status === 'ended' && !told.has(id));
    };
    const record = await waitUntil('the end of a rollout that the deploy has started', ask, SHORTLY);
    told.add(record.id);
    return record;
  }
});
