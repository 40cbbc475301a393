import { existsSync, mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { recordedApp } from '../../cli/app/recorded-app';
import { typed } from '../../cli/render/text';
import { portsOfPerson, saveRecording } from '../../simulator/app/save-recording';
import { MINUTE, Scene } from '../scenarios/harness';
import { greenlight, greenlightJson } from './cli-on-scene';

const folder = () => mkdtempSync(join(tmpdir(), 'greenlight-'));

/** Two that went well, and one that did not. */
async function three(): Promise<Scene> {
  const scene = await Scene.open();
  await scene.serve();
  await scene.rollout({ name: 'v2' }, { strategy: 'AllAtOnce', reason: 'week 47' });
  await scene.world.run(scene.app.put('models/digits/v3.onnx', 'no model at all'));
  await scene.world.runFor(5 * MINUTE);
  return scene;
}

describe('history', () => {
  it('lists the newest first, how each ended, and why', async () => {
    const scene = await three();
    const { code, out } = await greenlight(scene, 'history');
    const lines = out.split('\n');
    expect(code).toBe(0);
    expect(lines[1]).toMatch(/^ {2}2026-11-23 \d\d:\d\d {2}rejected {9}\d+ s {4,}\S+ +v3\.onnx$/);
    expect(out).toMatch(/ModelRejected: |GreenUnhealthy: /);
    expect(out).toMatch(/promoted {9}.* 3 {6}v2\.onnx\n {4}digits-\S+, by upload: week 47/);
    expect(lines.filter((line) => line.length > 80)).toEqual([]);
    const two = await greenlightJson<readonly { outcome: string }[]>(scene, 'history --limit 2');
    expect(two.result.map(({ outcome }) => outcome)).toEqual(['rejected', 'promoted']);
  });

  it('says that there is nothing yet', async () => {
    expect((await greenlight(await Scene.open(), 'history')).out).toBe('Nothing was ever rolled out.\n');
  });
});

describe('report', () => {
  it('fetches the page of the newest rollout, or of the one that is named, and opens it', async () => {
    const scene = await three();
    const [, before] = await scene.records();
    const file = join(folder(), 'deep', 'page.html');
    const opened: string[] = [];
    const openFile = async (path: string) => void opened.push(path);
    const { code, out } = await greenlight(scene, `report --out ${typed(file)} --rollout ${before!.id} --open`, {
      openFile,
    });
    expect([code, out, opened]).toEqual([0, `${file}\n`, [file]]);
    expect(readFileSync(file, 'utf8')).toContain('<!doctype html>');
    const newest = await greenlightJson<{ address: string }>(scene, `report --out ${typed(file)}`);
    expect(newest.result.address).toMatch(/^s3:\/\/.*\/rollouts\/digits\/digits-\S+\/report\.html$/);
  });

  it('is not there while the rollout runs', async () => {
    const scene = await Scene.open();
    await scene.serve();
    const versionId = await scene.upload({ name: 'v2' });
    await scene.reaches(await scene.started(({ input }) => input.includes(versionId)), 'Bake');
    const { code, err } = await greenlight(scene, 'report');
    expect([code, err]).toEqual([3, expect.stringMatching(/ReportMissing: .* it runs/)]);
  });
});

const withoutNext = (out: string): string => out.replace(/\n(\n?  [^\n]+:\n    npx [^\n]+)+(?=\n)/g, '');

describe('a recording of the demo', () => {
  it('answers what is read as the app itself did, and refuses what would act', async () => {
    const scene = await three();
    const dir = folder();
    await scene.world.run(saveRecording(scene.app, dir));
    const recorded = { findApp: async () => recordedApp(dir) };
    const ports = {
      ...portsOfPerson(scene.app, scene.logicalId('teardown-idle')),
      clock: recordedApp(dir).ports.clock,
    };
    const atThatMoment = { findApp: async () => ({ ports, context: undefined, recording: undefined }) };
    for (const argv of ['status', 'status digits --json', 'status --watch', 'explain', 'history', 'history --json']) {
      const live = await greenlight(scene, argv, atThatMoment);
      const said = await greenlight(scene, `${argv} --demo`, recorded);
      // What can be done with a recording is to read it; everything else is the same.
      expect({ ...said, out: withoutNext(said.out) }).toEqual({ ...live, out: withoutNext(live.out) });
      expect(said.out).not.toMatch(/npx greenlight (?!.* --demo)/);
      expect(said.out).not.toMatch(/npx greenlight (upload|rollback)/);
    }
    const failed = await greenlight(scene, `status missing --demo ${typed(dir)}`, recorded);
    expect(failed.err).toContain(`npx greenlight status --demo ${typed(dir)}\n`);
    for (const argv of [
      'abort --reason x',
      'approve',
      'promote --reason x',
      'reject',
      'rollback',
      'start',
      'teardown',
      'postpone --lift',
      `upload ${typed(__filename)}`,
    ]) {
      const { code, err } = await greenlight(scene, `${argv} --demo`, recorded);
      expect([argv, code, err]).toEqual([argv, 1, expect.stringContaining('RecordingOnly')]);
    }
  });

  it('says what is wrong with a folder that has none', () => {
    const dir = folder();
    expect(existsSync(dir)).toBe(true);
    expect(() => recordedApp(dir)).toThrow(/--demo: .*state\/state\.json is missing; it takes the folder of a demo/);
  });
});
