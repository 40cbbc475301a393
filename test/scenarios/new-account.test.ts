import { synthTemplate } from '../../lib/synthesise';
import type { Template } from '../../simulator/template';
import { ENDPOINT, MINUTE, Scene, templateOf } from './harness';

const NEW_ACCOUNT = 10;
const BELOW = "decreases account's UnreservedConcurrentExecution below its minimum value of [10]";

/** Executions of the account that something else holds, until the answer is called. */
function hold(scene: Scene, executions: number): () => void {
  const { concurrency } = scene.world.services.lambda;
  const [fn] = scene.world.stack.idsOf('AWS::Lambda::Function');
  const held = concurrency.begin({ name: fn } as never, executions);
  return () => held.forEach((one) => (one.untilMs = 0));
}

async function opened(template: Template = templateOf({ name: ENDPOINT })): Promise<Scene> {
  const scene = await Scene.open({ template });
  scene.world.services.lambda.concurrency.limit = NEW_ACCOUNT;
  return scene;
}

describe('in a new account, of ten concurrent executions', () => {
  it('a rollout with provisioned concurrency ends with Lambda’s words, and blue serves', async () => {
    const scene = await opened(templateOf({ name: ENDPOINT, provisionedConcurrency: 1 }));
    await scene.change({ provisionedConcurrency: 0 });
    await scene.serve();
    await scene.change({ provisionedConcurrency: 1 });
    const { record } = await scene.rollout({ name: 'v2' });
    expect(record).toMatchObject({ outcome: 'rejected', error: 'GreenUnhealthy' });
    expect(record?.cause).toContain(BELOW);
    expect(await scene.atRest()).toBe('v1');
  });

  it('a deploy that reserves some for the functions which put blue back is refused with Lambda’s words', async () => {
    const reserved = synthTemplate([{ name: ENDPOINT }], { reservedForSafety: 1 }) as unknown as Template;
    const scene = await opened();
    await scene.serve();
    await expect(scene.world.deploy(reserved)).rejects.toThrow(BELOW);
    expect(await scene.atRest()).toBe('v1');
  });

  it('a rollout passes with half of it left, and waits for ten minutes in which nothing is', async () => {
    const scene = await opened();
    await scene.serve();
    hold(scene, NEW_ACCOUNT / 2);
    const give = hold(scene, NEW_ACCOUNT / 2);
    await scene.upload({ name: 'v2' }, { strategy: 'AllAtOnce' });
    await scene.world.runFor(10 * MINUTE);
    expect(await scene.answeredBy()).toBe('429');
    expect(await scene.records()).toHaveLength(1);
    give();
    const { record } = await scene.end(await scene.started(({ input }) => input.includes('v2.onnx')));
    expect(record).toMatchObject({ outcome: 'promoted' });
    expect(scene.world.invocations.deadLetters).toEqual([]);
    expect(await scene.atRest()).toBe('v2');
  });
});
