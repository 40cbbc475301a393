import { Scene, templateOf } from './harness';

let scene: Scene;
beforeAll(async () => {
  scene = await Scene.open();
  await scene.rollout({ name: 'v1' });
});

const INPUTS: readonly [string, unknown, string, RegExp][] = [
  ['an unknown key', { endpont: 'digits' }, 'InvalidInput', /unknown key "endpont"/],
  ['several mistakes at once', { endpoint: 1, dryRun: 'yes' }, 'InvalidInput', /endpoint: .*; dryRun: /],
  ['an array', [], 'InvalidInput', /must be a JSON object such as \{\}; got \[\]/],
  ['text', 'x', 'InvalidInput', /got "x"/],
  ['null', null, 'InvalidInput', /got null/],
  ['a number', 0, 'InvalidInput', /got 0/],
  ['another strategy', { strategy: 'Fast' }, 'InvalidInput', /strategy: must be one of AllAtOnce.*got "Fast"/],
  [
    'shrinking weights',
    {
      strategy: {
        steps: [
          { weight: 9, bakeMinutes: 1 },
          { weight: 9, bakeMinutes: 1 },
        ],
      },
    },
    'InvalidInput',
    /strategy/,
  ],
  ['`to` without a rollback', { to: '1' }, 'InvalidInput', /to: only goes with "action": "rollback"/],
  [
    'a rollback to a model',
    { action: 'rollback', model: 's3://b/models/digits/k.onnx' },
    'InvalidInput',
    /a rollback takes "to"/,
  ],
  ['a dry run of a rollback', { action: 'rollback', dryRun: true }, 'InvalidInput', /cannot be a dry run/],
  ['`to` that is no number', { action: 'rollback', to: '$LATEST' }, 'InvalidInput', /must be a version number/],
  ['a model that is no address', { model: 'v2.onnx' }, 'InvalidInput', /must be s3:\/\//],
  ['another bucket', { model: 's3://other/models/digits/v2.onnx' }, 'InvalidInput', /bucket "other" is not/],
  [
    'another prefix',
    { endpoint: 'digits', model: 's3://BUCKET/models/faces/v2.onnx' },
    'InvalidInput',
    /not under models\/digits\//,
  ],
  ['a model that is not there', { model: 's3://BUCKET/models/digits/none.onnx' }, 'ModelRejected', /no such object/],
  [
    'a version that is not there',
    { model: 's3://BUCKET/models/digits/v1.onnx?versionId=x' },
    'ModelRejected',
    /no such object/,
  ],
  ['an endpoint that is not there', { endpoint: 'faces' }, 'UnknownEndpoint', /none called "faces"; there are digits/],
  ['a name that leads elsewhere', { endpoint: '../x' }, 'UnknownEndpoint', /none called/],
];
it.each(INPUTS)('refuses %s by name, in record and notice', async (_, input, error, words) => {
  const given: unknown = JSON.parse(JSON.stringify(input).replace('BUCKET', scene.app.bucket));
  const { execution, record } = await scene.end(await scene.start(given));
  expect(execution).toMatchObject({ status: 'FAILED', error });
  expect(execution.cause).toMatch(words);
  expect(record).toMatchObject({ status: 'ended', outcome: 'rejected', error, cause: execution.cause });
  expect(scene.notices(execution.name)).toHaveLength(1);
  expect(await scene.atRest()).toBe('v1');
});

it('wants an endpoint named where there are several, and finds it in the address of the model', async () => {
  const two = await Scene.open({ template: templateOf({ name: 'digits' }, { name: 'faces' }) });
  const { execution } = await two.end(await two.start({}));
  expect(execution).toMatchObject({ status: 'FAILED', error: 'UnknownEndpoint' });
  expect(execution.cause).toBe('endpoint: name one of digits, faces; there are 2');
  expect(two.notices(execution.name)).toHaveLength(1);
  expect(await two.record(execution.name, 'none')).toMatchObject({ outcome: 'rejected', error: 'UnknownEndpoint' });
  two.lose('aws.s3');
  await two.upload({ name: 'v1' });
  const model = `s3://${two.app.bucket}/models/digits/v1.onnx`;
  expect((await two.end(await two.start({ model }))).record).toMatchObject({ outcome: 'promoted-first' });
});

it('says so when there is nothing to roll out', async () => {
  const empty = await Scene.open();
  const { execution, record } = await empty.end(await empty.start({}));
  expect(execution).toMatchObject({ status: 'FAILED', error: 'ModelRejected' });
  expect(execution.cause).toMatch(/no object there ends in \.onnx; upload a model first/);
  expect(record).toMatchObject({ outcome: 'rejected' });
  expect(await empty.lock()).toBeUndefined();
});
