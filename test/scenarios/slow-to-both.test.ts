import { goldenSet } from '../../simulator/fake-model';
import { ENDPOINT, MINUTE, Scene, templateOf } from './harness';

const GOLDEN = 'golden/digits.json';
const CANARY = { strategy: 'Canary10Percent5Minutes' };

async function served(): Promise<Scene> {
  const scene = await Scene.open({ template: templateOf({ name: ENDPOINT, goldenSet: { key: GOLDEN } }) });
  await scene.world.run(scene.app.put(GOLDEN, JSON.stringify(goldenSet(20))));
  await scene.serve({ name: 'v1' });
  return scene;
}

interface Slowness {
  /** Begins with our first call of this path and version. */
  readonly from: readonly [path: string, version: string];
  readonly versions: readonly string[];
  readonly forMs: number;
  readonly callMs: number;
}

/** Our own calls of these versions take so long for a while; users' calls do not. Answers how many it met. */
function slow(scene: Scene, { from: [path, version], versions, forMs, callMs }: Slowness): () => number {
  let [since, met] = [Infinity, 0];
  scene.world.hooks.onBefore(async ({ command, input, caller }) => {
    const asked = String(input['Qualifier']);
    if (command !== 'Invoke' || caller.kind !== 'function' || !versions.includes(asked)) return;
    const { rawPath } = JSON.parse(Buffer.from(input['Payload'] as Uint8Array).toString()) as { rawPath: string };
    if (since === Infinity && rawPath === path && asked === version) since = scene.now;
    if (scene.now < since || scene.now >= since + forMs) return;
    met += 1;
    await scene.world.clock.sleep(callMs);
  });
  return () => met;
}

const METADATA = '/v2/models/digits';
const INFER = '/v2/models/digits/infer';

const BOTH = ['2', '3'];

it.each<[string, Slowness]>([
  ['its signature is asked for', { from: [METADATA, '2'], versions: BOTH, forMs: 40_000, callMs: 30_000 }],
  ['the golden set is asked', { from: [INFER, '2'], versions: BOTH, forMs: 60_000, callMs: 60_000 }],
])('does not take blue for dead when Lambda is slow to both while %s', async (_, slowness) => {
  const scene = await served();
  const met = slow(scene, slowness);
  const { record } = await scene.rollout({ name: 'v2' }, CANARY);
  expect(met()).toBeGreaterThan(3);
  expect(record).toMatchObject({ outcome: 'promoted', decidedBy: 'judge' });
  expect(record?.state?.blue.silent).toBeUndefined();
  expect(record?.state?.canary).toBeDefined();
});

it('ends without traffic, and says why, when Lambda stays slow to both', async () => {
  const scene = await served();
  slow(scene, { from: [METADATA, '2'], versions: BOTH, forMs: 20 * MINUTE, callMs: 30_000 });
  const { execution, record } = await scene.rollout({ name: 'v2' }, CANARY);
  expect(execution).toMatchObject({ status: 'FAILED', error: 'GreenUnhealthy' });
  expect(record?.cause).toMatch(/neither blue nor green answered within 20 s, 3 times.*no canary; start again later/);
  expect(record).toMatchObject({ outcome: 'rejected' });
  expect(await scene.atRest()).toBe('v1');
});

it('takes blue for dead when Lambda is slow to it alone', async () => {
  const scene = await served();
  slow(scene, { from: [METADATA, '2'], versions: ['2'], forMs: 20 * MINUTE, callMs: 30_000 });
  const { record } = await scene.rollout({ name: 'v2' }, CANARY);
  expect(record?.state?.blue.silent).toMatch(/does not answer/);
  expect(record).toMatchObject({ outcome: 'promoted' });
});
