import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { lambdaContext } from '../../lambdas/adapters/sdk/context';
import { portsOfPerson } from '../../simulator/app/save-recording';
import { MINUTE, Scene } from '../scenarios/harness';
import { greenlight } from './cli-on-scene';

const GOLDEN = {
  name: 'golden',
  inputs: [{ name: 'x', datatype: 'FP32', shape: [3, 2], data: [1, 1, 2, 2, 3, 3] }],
  labels: ['a', 'b', 'c'],
};
const folder = mkdtempSync(join(tmpdir(), 'calling-'));
const path = join(folder, 'requests.json');
/** As it is typed: the folder's name may hold spaces. */
const FILE = `'${path}'`;
writeFileSync(path, JSON.stringify(GOLDEN));

/** A person whose app can be called. */
function appOn(scene: Scene) {
  const ports = portsOfPerson(scene.app, scene.logicalId('teardown-idle'));
  const context = lambdaContext(scene.world.user, {}, { clock: scene.world.clock });
  return { findApp: async () => ({ ports, context, recording: undefined }) };
}

async function served(): Promise<Scene> {
  const scene = await Scene.open();
  await scene.serve();
  return scene;
}
const sentTo = (scene: Scene) =>
  scene.world.hooks.calls.filter(({ command, caller }) => command === 'Invoke' && caller.kind === 'user');

describe('infer', () => {
  it('sends one request to the live alias, and says who answered and what', async () => {
    const scene = await served();
    const { code, out } = await greenlight(scene, `infer digits --from ${FILE} --row 1 --json`, appOn(scene));
    const { result } = JSON.parse(out) as { result: { status: number; answer: object } };
    expect([code, result.status]).toEqual([0, 200]);
    const sent = sentTo(scene);
    expect(sent).toHaveLength(1);
    expect(sent[0]!.input['Qualifier']).toBe('live');
    const event = JSON.parse(Buffer.from(sent[0]!.input['Payload'] as Uint8Array).toString()) as { body: string };
    expect(JSON.parse(event.body)).toMatchObject({ inputs: [{ name: 'x', shape: [1, 2], data: [2, 2] }] });
    const words = await greenlight(scene, `infer --from ${FILE} --row 1`, appOn(scene));
    expect(words.out).toMatch(/^digits: 200 in \d+ ms/);
    expect(words.out).toContain('label     b');
  });

  it('asks the preview alias where that is wanted', async () => {
    const scene = await served();
    await greenlight(scene, `infer --preview --from ${FILE}`, appOn(scene));
    expect(sentTo(scene).map(({ input }) => input['Qualifier'])).toEqual(['preview']);
  });

  it.each([
    [`--from ${FILE} --row 3`, '--row: must be a number from 0 to 2; got "3"'],
    ['--from /nowhere.json', '--from /nowhere.json: there is no such file; it takes requests in a .json'],
    [
      '',
      '--from golden: endpoint digits has no golden set at golden/digits.json; upload one there, or name a file ' +
        'of requests',
    ],
  ])('refuses "%s" with what it takes', async (argv, said) => {
    const scene = await served();
    const { code, err } = await greenlight(scene, `infer ${argv}`, appOn(scene));
    expect([code, err.replaceAll('\n', ' ')]).toEqual([2, expect.stringContaining(said) as unknown]);
    expect(sentTo(scene)).toEqual([]);
  });
});

describe('traffic', () => {
  it('sends what it says at the rate it says, stops by itself, and says that it is synthetic', async () => {
    const scene = await served();
    const before = scene.world.clock.now();
    const { code, out, err } = await greenlight(scene, `traffic --rpm 60 --minutes 2 --from ${FILE}`, appOn(scene));
    expect(code).toBe(0);
    expect(err).toContain('Synthetic traffic to digits: 120 requests, 60 a minute for 2 min');
    expect(out).toMatch(/digits: 120 synthetic requests in 12\d s, stopped by time: 200: 120\./);
    expect(sentTo(scene)).toHaveLength(120);
    expect(scene.world.clock.now() - before).toBeLessThan(3 * MINUTE);
  });

  it('stops on Ctrl-C, and says how far it came', async () => {
    const scene = await served();
    const onInterrupt = (stop: () => void) => void scene.world.clock.setTimeout(stop, 30_000);
    const more = { ...appOn(scene), onInterrupt };
    const { out } = await greenlight(scene, `traffic --rpm 60 --minutes 10 --from ${FILE}`, more);
    expect(out).toMatch(/stopped by Ctrl-C/);
    expect(sentTo(scene).length).toBeLessThanOrEqual(31);
    expect(sentTo(scene).length).toBeGreaterThanOrEqual(29);
  });

  it.each([
    ['--rpm 6001', '--rpm: must be a number from 1 to 6000; got "6001"'],
    ['--minutes 121', '--minutes: must be a number from 0.1 to 120; got "121"'],
  ])('is bounded: %s', async (argv, said) => {
    const scene = await served();
    const { code, err } = await greenlight(scene, `traffic ${argv} --from ${FILE}`, appOn(scene));
    expect([code, err]).toEqual([2, expect.stringContaining(said) as unknown]);
  });
});
