import { DeleteAliasCommand } from '@aws-sdk/client-lambda';
import { MINUTE, Scene } from './harness';
import { canary, LONG, show, textOf } from './widgets';

describe('the widget of blue and green', () => {
  const timeRange = (scene: Scene, minutes: number) => ({ start: scene.now - minutes * MINUTE, end: scene.now });

  it('shows both over the time of the dashboard, with the change of the weight where it was', async () => {
    const [scene] = await canary('Bake', 8);
    const html = await show(scene, 'comparison', { timeRange: timeRange(scene, 30) });
    const text = textOf(html);
    expect(text).toContain('digits: blue 2 beside green 3');
    for (const caption of ['Requests per minute', 'Failed requests', 'Duration p50, warm requests', 'Answers by class'])
      expect(text).toContain(caption);
    expect(html.match(/class="weight-mark"[^>]*\s*>10 %/g)).toHaveLength(5);
    expect(text).toMatch(/Requests [\d,]+ [\d,]+ Failed 0/);
  });

  it('counts what users got: nine tenths of the requests on blue, and green failing', async () => {
    const scene = await Scene.open();
    await scene.serve();
    const versionId = await scene.upload({ name: 'bad', errorRate: 0.05 }, LONG);
    const execution = await scene.started(({ input }) => input.includes(versionId));
    await scene.end(execution);
    await scene.world.runFor(5 * MINUTE);
    const text = textOf(await show(scene, 'comparison', { timeRange: timeRange(scene, 30) }));
    const [, blue = '', green = ''] = /Requests ([\d,]+) ([\d,]+) Failed/.exec(text) ?? [];
    const share =
      Number(green.replaceAll(',', '')) / (Number(green.replaceAll(',', '')) + Number(blue.replaceAll(',', '')));
    expect(share).toBeGreaterThan(0.05);
    expect(share).toBeLessThan(0.15);
    expect(text).toMatch(/Failed 0.% \(0\) [3-7](\.\d)? % \(\d+\)/);
    expect(text).toMatch(/Time, UTC Green’s weight .* 10 % .* 0 %/);
  });

  it('shows what is zoomed into, and says when there is nothing in it', async () => {
    const [scene] = await canary('Bake', 8);
    const [start, end] = [scene.now - 300 * MINUTE, scene.now - 200 * MINUTE];
    const zoom = { start: scene.now - 10 * MINUTE, end: scene.now };
    expect(textOf(await show(scene, 'comparison', { timeRange: { start, end, zoom } }))).toContain(
      'Requests per minute',
    );
    const text = textOf(await show(scene, 'comparison', { timeRange: { start, end } }));
    expect(text).toContain('No request of blue 2 or green 3 was counted in this time');
    expect(text).toContain('The weight did not change in this time');
  });

  it('asks CloudWatch once, for a bounded number of points, however long the time is', async () => {
    const [scene] = await canary();
    for (const days of [0.02, 0.5, 3, 30, 400]) {
      const from = scene.world.hooks.calls.length;
      await show(scene, 'comparison', { timeRange: { start: scene.now - days * 1440 * MINUTE, end: scene.now } });
      const calls = scene.world.hooks.calls.slice(from).filter(({ command }) => command === 'GetMetricData');
      expect(calls).toHaveLength(1);
      const {
        MetricDataQueries: queries,
        StartTime,
        EndTime,
      } = calls[0]!.input as {
        MetricDataQueries: { MetricStat: { Period: number } }[];
        StartTime: Date;
        EndTime: Date;
      };
      const points = (EndTime.getTime() - StartTime.getTime()) / 1000 / queries[0]!.MetricStat.Period;
      expect(points).toBeLessThanOrEqual(200);
      expect(queries.length).toBeLessThanOrEqual(2 * (7 + 12));
    }
  });

  it('shows the live version alone while there is nothing to compare it with', async () => {
    const scene = await Scene.open();
    await scene.serve();
    await scene.world.runFor(5 * MINUTE);
    const text = textOf(await show(scene, 'comparison', { timeRange: timeRange(scene, 20) }));
    expect(text).toContain('digits: blue 2');
    expect(text).not.toContain('green 3');
    expect(text).toContain('One version alone');
  });

  it('says so when CloudWatch gives no complete answer', async () => {
    const [scene] = await canary();
    scene.world.services.cloudwatch.faults = { partial: () => true };
    expect(textOf(await show(scene, 'comparison'))).toContain('CloudWatch gave no complete answer');
  });

  it('says so when the alias was deleted', async () => {
    const [scene] = await canary();
    const command = new DeleteAliasCommand({ FunctionName: scene.functionName, Name: 'live' });
    await scene.world.run(scene.world.user.lambda.send(command));
    expect(textOf(await show(scene, 'rollout'))).toContain('no live alias');
  });

  it('asks Lambda nothing for what many people look at: all endpoints, and blue beside green', async () => {
    const [scene] = await canary();
    const view = scene.logicalId('dashboard-view');
    const before = scene.world.hooks.count('lambda', 'GetAlias', view);
    const text = textOf(await show(scene, 'endpoints'));
    await show(scene, 'comparison');
    expect(scene.world.hooks.count('lambda', 'GetAlias', view)).toBe(before);
    expect(text).toMatch(/digits.*rolling out.*version 2.*version 3.*10 %/);
    expect(text).toContain('as rollouts noted it');
  });

  it('shows a promoted green as what is in service, from the table', async () => {
    const [scene, execution] = await canary();
    await scene.end(execution);
    expect(textOf(await show(scene, 'endpoints'))).toMatch(/digits.*at rest.*version 3/);
  });
});
