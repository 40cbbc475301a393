import { keptClassNames, MAX_CLASS_NAMES } from '../../lambdas/contract/class-names';
import {
  ModelServerEnvInvalid,
  modelServerVariables,
  parseModelServerEnv,
  type ModelServerEnv,
} from '../../lambdas/contract/model-server-env';

const sha = 'ab'.repeat(32);
const full: ModelServerEnv = {
  endpoint: 'digits',
  model: { bucket: 'b', key: 'models/digits/v2.onnx', versionId: 'v', sha256: sha },
  modelName: 'digits',
  predictionOutput: 'label',
  task: 'forecast',
  labels: ['owl'],
  measures: [{ name: 'noon', output: 'y', value: 12 }],
  classNames: ['cat', 'dog'],
  maxModelMegabytes: 200,
  threads: 2,
  captureRate: 0.05,
  nonFinite: 'infinities-allowed',
  feedbackDays: 7,
  requestKey: `3.${'K'.repeat(43)}`,
};
const model = {
  GREENLIGHT_MODEL_BUCKET: 'b',
  GREENLIGHT_MODEL_KEY: 'k',
  GREENLIGHT_MODEL_VERSION_ID: 'v',
  GREENLIGHT_MODEL_SHA256: sha,
};
const base = { GREENLIGHT_ENDPOINT: 'digits', ...model };

describe('the environment of a model server', () => {
  it('comes back from the variables as it was written', () => {
    expect(parseModelServerEnv(modelServerVariables(full))).toEqual(full);
    const least = {
      ...full,
      model: undefined,
      predictionOutput: undefined,
      task: undefined,
      labels: undefined,
      measures: [],
      classNames: undefined,
      threads: undefined,
      captureRate: 0,
      feedbackDays: 7,
    };
    expect(parseModelServerEnv(modelServerVariables(least))).toEqual(least);
  });

  it('needs an endpoint only, and then has no model', () => {
    expect(
      parseModelServerEnv({ GREENLIGHT_ENDPOINT: 'digits', GREENLIGHT_MODEL_KEY: '', PATH: '/bin' }),
    ).toMatchObject({
      model: undefined,
      modelName: 'digits',
      maxModelMegabytes: 500,
    });
  });

  it('compares hashes in lower case', () => {
    expect(parseModelServerEnv({ ...base, GREENLIGHT_MODEL_SHA256: sha.toUpperCase() }).model?.sha256).toBe(sha);
  });

  it.each([
    ['no endpoint', {}, /GREENLIGHT_ENDPOINT/],
    [
      'a model without its hash',
      { ...base, GREENLIGHT_MODEL_SHA256: undefined },
      /GREENLIGHT_MODEL_SHA256 must be too/,
    ],
    [
      'a hash that is none',
      { ...base, GREENLIGHT_MODEL_SHA256: 'abc' },
      /GREENLIGHT_MODEL_SHA256: must be 64 hex digits/,
    ],
    ['measures that are no JSON', { ...base, GREENLIGHT_MEASURES: '1,2' }, /GREENLIGHT_MEASURES: is not JSON: 1,2/],
    [
      'a measure with the name of another',
      { ...base, GREENLIGHT_MEASURES: '[{"name":"score","output":"y"}]' },
      /GREENLIGHT_MEASURES.*is the name of a built-in measure/,
    ],
    ['a task that is none', { ...base, GREENLIGHT_TASK: 'guess' }, /GREENLIGHT_TASK/],
    ['a class name twice', { ...base, GREENLIGHT_CLASS_NAMES: '["a","a"]' }, /GREENLIGHT_CLASS_NAMES: must not repeat/],
    [
      'a limit that is no number',
      { ...base, GREENLIGHT_MAX_MODEL_MB: '1e3' },
      /GREENLIGHT_MAX_MODEL_MB: must be a whole number/,
    ],
    ['no threads', { ...base, GREENLIGHT_THREADS: '0' }, /GREENLIGHT_THREADS/],
  ])('with %s is refused by name', (_, env, sentence) => {
    expect(() => parseModelServerEnv(env)).toThrow(ModelServerEnvInvalid);
    expect(() => parseModelServerEnv(env)).toThrow(sentence);
  });

  it('lists every problem at once', () => {
    expect(() => parseModelServerEnv({ GREENLIGHT_MAX_MODEL_MB: 'x', GREENLIGHT_MEASURES: 'y' })).toThrow(
      /GREENLIGHT_ENDPOINT.*GREENLIGHT_MEASURES.*GREENLIGHT_MAX_MODEL_MB/,
    );
  });

  it('is refused before Lambda would refuse its size', () => {
    const model = { ...full.model!, key: 'k'.repeat(4_000) };
    expect(() => modelServerVariables({ ...full, model })).toThrow(/bytes, Lambda's limit is 4096/);
  });
});

describe('class names in the environment', () => {
  it.each([2, 200, MAX_CLASS_NAMES])('%p of the longest take a bounded part of it', (count) => {
    const classNames = Array.from({ length: count }, (_, index) => '鳥'.repeat(60) + index);
    const { GREENLIGHT_CLASS_NAMES: variable = '' } = modelServerVariables({ ...full, classNames });
    expect(Buffer.byteLength(variable)).toBeLessThanOrEqual(1_024);
    const { classNames: read } = parseModelServerEnv({ ...base, GREENLIGHT_CLASS_NAMES: variable });
    expect(read).toEqual(count === 2 ? classNames : { sha256: keptClassNames(classNames)?.sha256 });
  });

  it('that are neither names nor an object of them are refused by name', () => {
    for (const value of ['sha256:', 'sha256:abc', 'cat', '[]', '{}', '[1]'])
      expect(() => parseModelServerEnv({ ...base, GREENLIGHT_CLASS_NAMES: value })).toThrow(/GREENLIGHT_CLASS_NAMES/);
  });
});
