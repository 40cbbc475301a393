import { dynamodbUploads } from '../../lambdas/adapters/dynamodb/uploads';
import { ENV, HANDLER_METADATA } from '../../lambdas/contract/names';
import { chooseUnfinished, resume } from '../../lambdas/operations/resume';
import { status } from '../../lambdas/operations/status';
import { portsOfPerson } from '../../simulator/app/save-recording';
import { bytesOf } from '../../simulator/fake-model';
import type { Execution } from '../../simulator/states/execution';
import type { Template } from '../../simulator/template';
import { ENDPOINT, MINUTE, Scene, templateOf } from './harness';

/** A deploy that changes the code of the model server, over the endpoints of a control plane. */

export const NAMES = [ENDPOINT, 'm1', 'm2', 'm3'];

/** The functions' code changes with `code`, as in a deploy of a new model server; of each, by its logical id. */
export function templateWith(
  code: string | ((id: string) => string),
  waves: readonly number[] = [1, 2],
  names: readonly string[] = NAMES,
  atOnce = 20,
): Template {
  const codeOf = typeof code === 'string' ? () => code : code;
  const { Resources, ...rest } = templateOf(...names.map((name) => ({ name, strategy: 'AllAtOnce' as const })));
  const changed = Object.entries(Resources).map(([id, one]) => {
    const { Properties = {}, Metadata, Type } = one;
    const { Variables = {} } = (Properties['Environment'] ?? {}) as { readonly Variables?: Record<string, unknown> };
    const change = (more: object) => [id, { ...one, Properties: { ...Properties, ...more } }];
    if (Variables[ENV.atOnce] !== undefined)
      return change({ Environment: { Variables: { ...Variables, [ENV.atOnce]: String(atOnce) } } });
    if (Variables[ENV.waves] !== undefined)
      return change({ Environment: { Variables: { ...Variables, [ENV.waves]: JSON.stringify(waves) } } });
    if (Type === 'Custom::GreenlightLiveAlias') return change({ CodeFingerprint: codeOf(id) });
    if (Metadata?.[HANDLER_METADATA] === 'model-server')
      return change({ Code: { S3Bucket: 'assets', S3Key: codeOf(id) } });
    return [id, one];
  });
  return { ...rest, Resources: Object.fromEntries(changed) as Template['Resources'] };
}

/** All endpoints serve a model of their own on the first code. */
export async function served(waves?: readonly number[], names = NAMES): Promise<Scene> {
  const scene = await Scene.open({ template: templateWith('first', waves, names) });
  for (const name of names)
    await scene.world.run(scene.app.upload(name, 'v1.onnx', bytesOf({ name: `v1 of ${name}` })));
  await scene.world.runFor(20 * MINUTE);
  expect(running(scene)).toEqual([]);
  for (const name of names) await scene.change({ uploadsMayChoose: 'anything', strategy: 'AllAtOnce' }, name);
  return scene;
}

export const running = ({ world }: Scene) => world.executions.filter((one) => one.status === 'RUNNING');
export const ofDeploys = ({ world }: Scene) => world.executions.filter(({ name }) => name.includes('-deploy-'));
export const endpointOf = ({ name }: Execution) => name.split('-deploy-')[0]!;
export const begun = (scene: Scene) => ofDeploys(scene).map(endpointOf);
export const person = (scene: Scene) => portsOfPerson(scene.app, scene.logicalId('teardown-idle'));
/** What stopped what is resumed, and the endpoints that are to begin. */
export async function resumed(scene: Scene, endpoint?: string) {
  const chosen = await scene.world.run(chooseUnfinished(person(scene), endpoint));
  await scene.world.run(resume(person(scene), chosen));
  return {
    stoppedBy: chosen.flatMap(({ stoppedBy }) => stoppedBy.map(({ rolloutId }) => rolloutId)),
    begin: chosen.flatMap(({ waiting: those, again }) => [...those, ...again.map((one) => one.endpoint)]),
  };
}
export const newCode = async (scene: Scene, name: string) =>
  (await scene.world.run(status(person(scene), name))).newCode;
export const waiting = (scene: Scene, name: string) =>
  scene.world.run(dynamodbUploads(scene.context).readWaitingDeploy(name));
export const turn = (scene: Scene, name: string, load?: 'ModelUnloadable') =>
  scene.turn(`v1 of ${name}`, load === undefined ? {} : { load });
export const stops = (scene: Scene) => scene.notices('a deploy goes no further');

/** A deploy whose first endpoint's green cannot load its model: which endpoint that is, and its execution. */
export async function stopped(
  scene: Scene,
  template = templateWith('second'),
): Promise<{ readonly bad: string; readonly execution: Execution }> {
  const before = ofDeploys(scene).length;
  for (const name of NAMES) turn(scene, name, 'ModelUnloadable');
  await scene.world.deploy(template);
  const execution = ofDeploys(scene)[before]!;
  const bad = endpointOf(execution);
  await scene.end(execution);
  expect(execution.status).toBe('FAILED');
  for (const name of NAMES) turn(scene, name);
  return { bad, execution };
}
