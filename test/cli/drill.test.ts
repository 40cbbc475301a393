import type { Drill } from '../../cli/commands/drill';
import { personIn } from '../../simulator/app/save-recording';
import { MINUTE, Scene } from '../scenarios/harness';
import { greenlight, greenlightJson } from './cli-on-scene';

async function served(settings = {}): Promise<Scene> {
  const scene = await Scene.open({ settings: { drill: true, ...settings } });
  await scene.serve({ name: 'v1' }, 30);
  return scene;
}

/** With what the command needs to read CloudWatch. */
const withContext = (scene: Scene) => ({
  findApp: async () => ({ ...personIn(scene.app), recording: undefined }),
});

describe('drill', () => {
  it('measures from the first bad minute and the first failed request, and counts the users that it harmed', async () => {
    const scene = await served();
    const { code, out, err } = await greenlight(scene, "drill --reason 'quarterly'", withContext(scene));
    expect([code, await scene.atRest()]).toEqual([0, 'v1']);
    expect(err).toContain('counting the users it failed');
    expect(out).toContain('Drill: version 3 failed every request on purpose and was stopped.');
    const [, bad, least, most, harmed] =
      /(\d+) s after the first bad minute began; (\d+) to (\d+) s after the\s+first failed request[^]* users\s+(\d+) requests failed on purpose, at 1 %/.exec(
        out,
      ) ?? [];
    const [execution] = scene.world.executions.filter(({ input }) => input.includes('"drill"'));
    const record = await scene.record(execution!.name);
    const given = Date.parse(record!.state!.weights[0]!.at);
    const seconds = Math.round((Date.parse(record!.endedAt!) - given) / 1000);
    // Users meet it as soon as the alias is written; the first whole minute begins after that.
    expect(Number(most)).toBe(seconds);
    expect([Number(least) < Number(most), Number(bad) < Number(most), Number(bad) > 60]).toEqual([true, true, true]);
    // 6,000 requests a minute, of which a hundredth fails for so long: what routing by chance makes of it.
    const expected = (6_000 / 60) * 0.01 * seconds;
    expect(Math.abs(Number(harmed) - expected)).toBeLessThan(4 * Math.sqrt(expected) + 20);
  });

  it('says the same as JSON, and what CloudWatch did not say as null', async () => {
    const scene = await served();
    const { result, exitCode } = await greenlightJson<{ drill: Drill }>(scene, 'drill');
    expect([exitCode, result.drill]).toEqual([
      0,
      expect.objectContaining({ stopped: true, weight: 1, usersHarmed: null, sinceFirstFailure: null }),
    ]);
    expect(result.drill.sinceBadMinute).toBeGreaterThan(60);
  });

  it('is refused at once where the settings do not allow it, and begins nothing', async () => {
    const scene = await served({ drill: false });
    const before = scene.world.executions.length;
    const { code, err } = await greenlight(scene, 'drill');
    expect([code, scene.world.executions.length]).toEqual([2, before]);
    expect(err.replaceAll(/\s+/g, ' ')).toContain('endpoint digits allows no drill');
    expect(err).toContain('"drill": true');
  });

  it('ends in 1 where the judge did not stop it, and says so', async () => {
    const scene = await served();
    scene.turn('v1', { answersInDrill: true });
    const { code, out } = await greenlight(scene, 'drill', withContext(scene));
    expect([code, await scene.atRest()]).toEqual([1, 'v1']);
    expect(out).toContain('NOT stopped by the judge');
    expect(out).toContain('DrillMissed');
    expect(out).toMatch(/users\s+0 requests failed on purpose/);
    await scene.world.runFor(MINUTE);
  });
});
