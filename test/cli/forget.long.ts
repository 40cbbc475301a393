import { capturedKey } from '../../lambdas/contract/replay';
import { MINUTE, Scene, templateOf } from '../scenarios/harness';
import { greenlight, greenlightJson } from './cli-on-scene';

const DAY = 24 * 60 * MINUTE;

/**
 * Five requests of three days, of one endpoint, and one of another; the first was written twice, and the second is
 * hidden.
 */
async function keeping(): Promise<Scene> {
  const scene = await Scene.open({ template: templateOf({ name: 'digits' }, { name: 'digits-2' }) });
  const put = (endpoint: string, name: string, id: string) =>
    scene.world.run(scene.app.put(capturedKey(endpoint, scene.now, name), '{"inputs":[]}', { 'request-id': id }));
  await put('digits', 'r-1', 'r-1');
  await put('digits', 'r-1', 'r-1');
  await put('digits', '0001', 'r-2');
  await scene.world.services.s3.call(
    'DeleteObject',
    { Bucket: bucketOf(scene), Key: capturedKey('digits', scene.now, '0001') },
    { kind: 'user' },
  );
  await scene.world.runFor(DAY);
  await put('digits', '0002', 'r-3');
  await put('digits-2', '0002', 'r-3');
  await scene.world.runFor(DAY);
  await put('digits', '0003', 'r-4');
  return scene;
}

const untouched: Promise<Scene>[] = [];
/** The same for those that delete nothing: one for all of them. */
const keepingAll = (): Promise<Scene> => (untouched[0] ??= keeping());

const bucketOf = (scene: Scene): string => scene.world.stack.ref(scene.world.stack.idsOf('AWS::S3::Bucket')[0]!);

/** Every version and marker that S3 still has, by key. */
async function left(scene: Scene): Promise<readonly string[]> {
  const { Versions = [], DeleteMarkers = [] } = (await scene.world.services.s3.call(
    'ListObjectVersions',
    { Bucket: bucketOf(scene), Prefix: 'captured/' },
    { kind: 'user' },
  )) as { Versions?: { Key: string }[]; DeleteMarkers?: { Key: string }[] };
  return [...Versions, ...DeleteMarkers].map(({ Key }) => Key.replace('captured/', '')).sort();
}

describe('forget', () => {
  it('deletes every version of one request, by the id that names it or that is beside it', async () => {
    const scene = await keeping();
    const day = new Date(scene.now - 2 * DAY).toISOString().slice(0, 10);
    expect((await left(scene)).filter((key) => key.includes('r-1'))).toHaveLength(2);
    const { out } = await greenlight(scene, 'forget digits --request r-1 --yes');
    expect(out).toMatch(
      /^digits: 2 captured requests \(1 KB, .* UTC to .* UTC\) deleted for good\.\nNot deleted: labels/,
    );
    expect(await left(scene)).not.toContain(`digits/${day}/r-1.json`);
    const { result } = await greenlightJson<{ requests: number }>(scene, 'forget digits --request r-2 --yes');
    expect(result.requests).toBe(1);
    expect(await left(scene)).not.toContain(`digits/${day}/0001.json`);
    expect(await left(scene)).toHaveLength(3);
  });

  it('deletes what was captured before a moment, and all, of that endpoint alone', async () => {
    const scene = await keeping();
    const since = new Date(scene.now - 1.5 * DAY).toISOString();
    await greenlight(scene, `forget digits --before ${since} --yes`);
    expect((await left(scene)).map((key) => key.split('/').at(-1))).toEqual(
      ['0002.json', '0003.json', '0002.json'].sort(),
    );
    await greenlight(scene, 'forget digits --all --yes');
    expect((await left(scene)).map((key) => key.split('/')[0])).toEqual(['digits-2']);
    expect((await greenlight(scene, 'forget digits --all --yes')).out).toBe(
      'digits: no such captured request is kept.\n',
    );
  });

  it.each([
    ['y', 0, []],
    ['no', 1, ['NotConfirmed']],
    ['', 1, ['NotConfirmed']],
  ])('asks first, with the number: "%s" is exit code %i', async (said, code, errors) => {
    const scene = await (code === 0 ? keeping() : keepingAll());
    const before = await left(scene);
    const questions: string[] = [];
    const ask = async (question: string) => {
      questions.push(question);
      return said;
    };
    const ran = await greenlight(scene, 'forget digits --all', { ask });
    expect(questions).toEqual([
      expect.stringMatching(/^Delete 5 captured requests \(1 KB, .*\) of digits for good\? \[y\/N\] $/),
    ]);
    expect([ran.code, errors.filter((name) => !ran.err.includes(name))]).toEqual([code, []]);
    expect(await left(scene)).toHaveLength(code === 0 ? 1 : before.length);
  });

  it('deletes nothing without a terminal to ask on, unless it is told to', async () => {
    const scene = await keepingAll();
    const before = await left(scene);
    const { code, err } = await greenlight(scene, 'forget digits --all');
    expect([code, err]).toEqual([
      1,
      expect.stringMatching(
        /NotConfirmed: 5 captured requests .*nothing was: there is no terminal to ask on; add --yes/,
      ),
    ]);
    expect(await left(scene)).toEqual(before);
  });

  it.each([
    ['forget digits', 'say which requests'],
    ['forget digits --all --before 2026-11-23', 'say which requests'],
    ['forget digits --before yesterday', '--before is yesterday'],
    ['forget digits --before 2026-13-23', '--before is 2026-13-23'],
  ])('refuses %s', async (argv, why) => {
    const { code, err } = await greenlight(await keepingAll(), argv);
    expect([code, err]).toEqual([2, expect.stringContaining(why)]);
  });
});
