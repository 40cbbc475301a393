import { MINUTE, Scene } from './harness';

/** An event of an execution's end need not say who stopped it; the execution does. */
it('is closed with the name and the words of the person who stopped it, though the event tells neither', async () => {
  const scene = await Scene.open();
  await scene.serve();
  const { events } = scene.world;
  const usual = events.delivery;
  events.delivery = (event, rule) => {
    if (event.source === 'aws.states') Object.assign(event.detail as object, { error: null, cause: null });
    return usual(event, rule);
  };
  const versionId = await scene.upload({ name: 'v2' }, { strategy: 'Canary10Percent5Minutes' });
  const execution = await scene.started(({ input }) => input.includes(versionId));
  await scene.reaches(execution, 'JudgeCanary', 2);
  await scene.stop(execution, 'the wrong model');
  await scene.world.runFor(MINUTE);
  expect((await scene.end(execution)).record).toMatchObject({ error: 'StoppedByPerson', cause: 'the wrong model' });
  expect(await scene.atRest()).toBe('v1');
});
