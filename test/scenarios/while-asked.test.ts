import { reject } from '../../lambdas/operations/answer';
import { portsOfPerson } from '../../simulator/app/save-recording';
import { MINUTE, Scene } from './harness';

const ADA = { by: 'Ada', reason: 'not this one' };

/** SNS takes nothing until the answer is called. */
function silenceNotices(scene: Scene): () => void {
  return scene.world.hooks.onBefore(({ service, caller }) => {
    if (service === 'sns' && caller.kind === 'function')
      throw Object.assign(new Error('try again'), { name: 'InternalError' });
  });
}

it.each([
  ['is asked while it can be answered', false, /^Action needed: digits: approve version 3\?/],
  ['is not asked after its rollout has ended', true, /^digits: version 3 was not approved: Ada said no: not this one$/],
])('a question that could not be sent for a while %s', async (_, isAnswered, told) => {
  const scene = await Scene.open();
  await scene.serve();
  await scene.change({ approval: { mode: 'before-promote', timeoutMinutes: 60 } });
  const versionId = await scene.upload({ name: 'v2' }, { strategy: 'Canary10Percent5Minutes' });
  const execution = await scene.started(({ input }) => input.includes(versionId));
  const goesOn = silenceNotices(scene);
  await scene.reaches(execution, 'AwaitApproval');
  await scene.world.runFor(5 * MINUTE);
  const ports = portsOfPerson(scene.app, scene.logicalId('teardown-idle'));
  if (isAnswered) await scene.world.run(reject(ports, undefined, ADA));
  await scene.world.runFor(MINUTE);
  goesOn();
  await scene.world.runFor(15 * MINUTE);
  const subjects = scene.notices(execution.name).map(({ subject }) => subject);
  expect(subjects).toEqual([expect.stringMatching(told)]);
});
