import type { FakeModel } from '../../simulator/fake-model';
import { ENDPOINT, Scene, templateOf } from './harness';

export const SAMPLES = 'samples/digits.jsonl';
const template = templateOf({ name: ENDPOINT, replay: { samples: SAMPLES } });

/** Requests whose answers are three classes, spread over what a model can do right and wrong. */
export const samples = (count: number, labelled = false): string =>
  Array.from({ length: count }, (_, index) =>
    JSON.stringify({
      inputs: [{ name: 'x', datatype: 'FP32', shape: [1, 2], data: [index % 3, ((index * 7919) % count) / count] }],
      ...(labelled && { label: index % 3 }),
    }),
  ).join('\n');

/** A quiet endpoint: 20 requests a minute, a live model, and samples. */
export async function quiet(
  settings: Parameters<Scene['change']>[0] = {},
  blue: FakeModel = { name: 'v1' },
  count = 1500,
) {
  const scene = await Scene.open({ template, settings });
  scene.requestsPerMinute = 20;
  await scene.world.run(scene.app.put(SAMPLES, samples(count)));
  await scene.serve(blue, 60);
  return scene;
}
