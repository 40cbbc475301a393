import { REPORT_DOCUMENT, ROLLOUTS_PREFIX } from '../../lambdas/contract/names';
import { FALLBACKS, type FakeModel, goldenSet } from '../../simulator/fake-model';
import { ENDPOINT, MINUTE, Scene, templateOf, type Ended } from '../scenarios/harness';
import { quiet } from '../scenarios/quiet';

const GOLDEN = 'golden/digits.json';
const SHORT = { strategy: 'Canary10Percent5Minutes' };
const STEPS = JSON.stringify({ steps: [1, 10, 50].map((weight) => ({ weight, bakeMinutes: 3 })) });
const FALLBACK_GATE = { name: 'fallbacks', events: { ...FALLBACKS, dimensions: { ...FALLBACKS.dimensions } } };

/** The ways in which a rollout can end. */
export const PAGE_NAMES = [
  ...['first', 'good', 'bad errors', 'bad latency', 'bad predictions', 'bad custom', 'refused', 'dry run'],
  ...['already live', 'rollback', 'stopped', 'alias moved', 'taken back'],
  ...['replay good', 'replay bad', 'insufficient'],
];

/** The page of a real rollout of the embedded app. */
export interface RolloutPage {
  readonly html: string;
  readonly ended: Ended;
}

async function open(): Promise<Scene> {
  const template = templateOf({
    name: ENDPOINT,
    goldenSet: { key: GOLDEN },
    vetoAlarms: ['checkout-broken'],
    gates: { custom: [FALLBACK_GATE] },
  });
  const scene = await Scene.open({ template });
  scene.world.services.cloudwatch.setAlarm('checkout-broken', 'OK');
  await scene.world.run(scene.app.put(GOLDEN, JSON.stringify(goldenSet(200))));
  return scene;
}

async function pageOf(scene: Scene, ended: Ended): Promise<RolloutPage> {
  const key = `${ROLLOUTS_PREFIX}${ended.record?.endpoint ?? ENDPOINT}/${ended.execution.name}/${REPORT_DOCUMENT}`;
  return { html: await scene.world.run(scene.app.readText(key)), ended };
}

const BAD: Readonly<Record<string, Partial<FakeModel>>> = {
  'bad errors': { errorRate: 0.02 },
  'bad latency': { latencyMs: 40 },
  'bad predictions': { classes: [0.1, 0.3, 0.6] },
  'bad custom': { fallbacks: 0.2 },
};

/** One page per way, by its name. */
export async function allPages(): Promise<ReadonlyMap<string, RolloutPage>> {
  const scene = await open();
  const pages = new Map<string, RolloutPage>();
  const add = async (name: string, ended: Ended) => void pages.set(name, await pageOf(scene, ended));

  await add('first', await scene.serve({ name: 'v1', accuracy: 0.99 }, 30));
  await add(
    'good',
    await scene.rollout({ name: 'v2' }, { strategy: 'Canary10Percent15Minutes', reason: 'retrain week 47' }),
  );
  scene.requestsPerMinute = 900;
  for (const [name, fault] of Object.entries(BAD))
    await add(
      name,
      await scene.rollout({ name: name.replace(' ', '-'), ...fault }, { ...SHORT, reason: 'an experiment' }),
    );
  scene.requestsPerMinute = 6_000;
  await add('refused', await scene.rollout({ name: 'wrong', accuracy: 0.5 }));
  await add('dry run', await scene.end(await scene.start({ model: 'live', dryRun: true, force: true })));
  await add('already live', await scene.end(await scene.start({ model: 'live' })));
  await add('rollback', await scene.end(await scene.start({ action: 'rollback', to: '2' })));

  const uploaded = async (model: FakeModel, metadata: Readonly<Record<string, string>>) => {
    const versionId = await scene.upload(model, metadata);
    return scene.started(({ input }) => input.includes(versionId));
  };
  const stopped = await uploaded({ name: 'v3' }, { strategy: STEPS });
  await scene.reaches(stopped, 'JudgeCanary', 5);
  await scene.stop(stopped, 'wrong model');
  await scene.world.runFor(MINUTE);
  await add('stopped', await scene.end(stopped));

  const moved = await uploaded({ name: 'v4' }, SHORT);
  await scene.reaches(moved, 'JudgeCanary', 2);
  const { version } = await scene.alias();
  await scene.moveAlias(version, {});
  await add('alias moved', await scene.end(moved));

  await scene.change({ watchMinutes: 5 });
  await scene.world.runFor(30 * MINUTE);
  const reverted = await uploaded({ name: 'turns-bad' }, SHORT);
  await scene.reaches(reverted, 'Watch');
  scene.turn('turns-bad', { modelErrorRate: 0.2 });
  await add('taken back', await scene.end(reverted));
  return new Map([...pages, ...(await pagesOfFewUsers())]);
}

/** At 20 requests a minute: what a replay proves, what it finds, and what no one can tell without one. */
async function pagesOfFewUsers(): Promise<ReadonlyMap<string, RolloutPage>> {
  const scene = await quiet({}, { name: 'v1', errorRate: 0 });
  const pages = new Map([
    ['replay good', await pageOf(scene, await scene.rollout({ name: 'v2' }))],
    ['replay bad', await pageOf(scene, await scene.rollout({ name: 'v3', nonFinite: 0.05 }))],
  ]);
  const unsampled = await Scene.open();
  unsampled.requestsPerMinute = 20;
  await unsampled.serve({ name: 'v1' }, 30);
  pages.set('insufficient', await pageOf(unsampled, await unsampled.rollout({ name: 'v2' }, SHORT)));
  return pages;
}
