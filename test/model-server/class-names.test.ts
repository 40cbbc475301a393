import { classNamesKey, keptClassNames, MAX_CLASS_NAMES } from '../../lambdas/contract/class-names';
import { errorBody } from '../../lambdas/contract/inference-protocol';
import { modelServerVariables, parseModelServerEnv } from '../../lambdas/contract/model-server-env';
import type { ModelSource, SourceObject } from '../../lambdas/adapters/s3/model-source';
import { envFor, fixture, input, serve, sourceOf } from './serve';

/*
 * More class names than an environment holds are an object beside the model's, which the server reads while it starts.
 */
const file = fixture('echo-bytes.onnx');
const classNames = Array.from({ length: MAX_CLASS_NAMES }, (_, index) => `Lesser spotted woodpecker ${index}`);
const kept = keptClassNames(classNames)!;
const env = parseModelServerEnv(modelServerVariables({ ...envFor(file), classNames }));

/** A bucket that holds the model and an object of names. */
function bucket(text: string, model = file) {
  const asked: SourceObject[] = [];
  const source: ModelSource = {
    open: (object, from, signal) => {
      asked.push(object);
      return sourceOf(object.key.endsWith('.json') ? Buffer.from(text) : model).open(object, from, signal);
    },
  };
  return { source, asked };
}
const birds = (...names: readonly string[]) => input('x', 'BYTES', [names.length], names);

it('counts and names a thousand classes by the object that its environment names', async () => {
  const { source, asked } = bucket(kept.text);
  const { infer, counts } = serve(file, { classNames: env.classNames }, { source });
  await infer(birds(classNames[0]!, classNames[999]!, 'a plane'));
  await infer(birds(classNames[0]!, classNames[999]!, 'a plane'));
  expect(counts.map(({ answers }) => answers['A'])).toEqual([
    [0, 999, 1_000],
    [0, 999, 1_000],
  ]);
  const objects = asked.filter(({ key }) => key.endsWith('.json'));
  expect(objects).toEqual([{ bucket: 'b', key: classNamesKey('digits', kept), sha256: kept.sha256 }]);
});

it('answers classification with the names of the object', async () => {
  const scores = fixture('scores-only.onnx');
  const { infer } = serve(scores, { classNames: env.classNames }, bucket(kept.text, scores));
  const outputs = [{ name: 'scores', parameters: { classification: 1 } }];
  const { json } = await infer({ ...input('x', 'FP32', [1, 2], [1, 2]), outputs });
  expect(json['outputs']).toMatchObject([{ data: ['2.000000:1:Lesser spotted woodpecker 1'] }]);
});

it('serves nothing while the object is another, or cannot be read, and says which', async () => {
  const other = serve(file, { classNames: env.classNames }, bucket('["cat"]'));
  expect(errorBody.parse((await other.infer(birds('cat'))).json).code).toBe('Sha256Mismatch');
  const large = serve(file, { classNames: env.classNames }, bucket(JSON.stringify(['x'.repeat(2 ** 20)])));
  expect(errorBody.parse((await large.infer(birds('cat'))).json).code).toBe('ModelTooLarge');
  expect(JSON.stringify(large.lines)).toContain('the limit is 1 MB, which no class names need');
  expect(JSON.stringify(large.lines)).not.toContain('GREENLIGHT_MAX_MODEL_MB');
});

it('are read beside the model, and a model that waits for them is downloaded and opened once', async () => {
  const opened: string[] = [];
  let denied = true;
  let clock = 0;
  const source: ModelSource = {
    open: (object, from, signal) => {
      const names = object.key.endsWith('.json');
      opened.push(names ? 'names' : 'model');
      if (names && denied) return Promise.reject(new Error('Access Denied'));
      return sourceOf(names ? Buffer.from(kept.text) : file).open(object, from, signal);
    },
  };
  const { call, infer, lines } = serve(file, { classNames: env.classNames }, { source, now: () => clock });
  expect((await call('GET', '/v2/health/ready')).statusCode).toBe(503);
  expect(JSON.stringify(lines)).toContain(
    `rollouts/digits/class-names/${kept.sha256}.json could not be read: Access Denied`,
  );
  clock = 1_000;
  expect((await infer(birds('cat'))).statusCode).toBe(503);
  denied = false;
  clock = 2_000;
  expect((await infer(birds('cat'))).statusCode).toBe(200);
  expect(opened.filter((one) => one === 'model')).toHaveLength(1);
});

it('are not waited for before the model is asked for', async () => {
  const opened: string[] = [];
  let give: () => void = () => undefined;
  const given = new Promise<void>((resolve) => (give = resolve));
  const source: ModelSource = {
    open: async (object, from, signal) => {
      const names = object.key.endsWith('.json');
      opened.push(names ? 'names' : 'model');
      // The names come once the model was asked for.
      if (names) await given;
      else give();
      return sourceOf(names ? Buffer.from(kept.text) : file).open(object, from, signal);
    },
  };
  await serve(file, { classNames: env.classNames }, { source }).server.load();
  expect(opened.sort()).toEqual(['model', 'names']);
});
