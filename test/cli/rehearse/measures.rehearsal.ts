import { type DataSet, parseDataSet } from '../../../lambdas/contract/golden-set';
import { RECORD_DOCUMENT, ROLLOUTS_PREFIX } from '../../../lambdas/contract/names';
import { type RolloutRecord, rolloutRecordSchema } from '../../../lambdas/contract/rollout-record';
import { EmbeddedApp } from '../../../simulator/app/embedded-app';
import { startSimulatedTraffic } from '../../../simulator/app/simulated-traffic';
import { seededRandom } from '../../../simulator/random';
import { INT8, labelsModel, linearModel, wholeModel, wordsModel } from '../../model-server/onnx-file';

/*
 * Models of every task without labels: what a canary alone sees of what they answer.
 */
const MINUTE = 60_000;
const ENDPOINT = 'answers';

/** Four columns, standard normal. */
const ROWS: DataSet = (() => {
  const random = seededRandom('measures');
  const normal = () => Math.sqrt(-2 * Math.log(random())) * Math.cos(2 * Math.PI * random());
  const data = Array.from({ length: 300 }, () => Array.from({ length: 4 }, () => Number(normal().toFixed(3))));
  const file = { name: 'traffic', inputName: 'x', datatype: 'FP32', shape: [300, 4], data };
  return parseDataSet(file);
})();

/**
 * A column of weights for each value of an answer, all different; `changed` is a retrained model, which differs a
 * little.
 */
const weights = (width: number, size: number, changed = 0) =>
  Array.from({ length: 4 }, (_, row) =>
    Array.from(
      { length: width },
      (__, at) => size * (Math.sin(3 * row + 7 * at + 1) + changed * Math.sin(11 * row + 5 * at)),
    ),
  );
const all = (width: number, value: number) => Array.from({ length: width }, () => value);

interface Models {
  readonly blue: Uint8Array;
  readonly bad: Uint8Array;
  readonly good: Uint8Array;
}

/** One endpoint, on which blue serves, the bad green is tried and then the good one. */
async function rolledOut({ blue, bad, good }: Models, golden?: object): Promise<Record<'bad' | 'good', RolloutRecord>> {
  const app = new EmbeddedApp({
    cloudwatch: { kept: 'values' },
    endpoints: [
      {
        name: ENDPOINT,
        strategy: { steps: [{ weight: 50, bakeMinutes: 5 }] },
        watchMinutes: 0,
        ...(golden && { goldenSet: { key: 'golden/answers.json' } }),
      },
    ],
  });
  const { world } = app;
  const end = async (bytes: Uint8Array, file: string): Promise<RolloutRecord> => {
    const before = world.executions.length;
    await world.run(app.upload(ENDPOINT, file, bytes));
    await world.runUntil(() => (world.executions[before]?.status ?? 'RUNNING') !== 'RUNNING', {
      limitMs: 120 * MINUTE,
    });
    const kept = `${ROLLOUTS_PREFIX}${ENDPOINT}/${world.executions[before]!.name}/${RECORD_DOCUMENT}`;
    return rolloutRecordSchema.parse(JSON.parse(await app.readText(kept)));
  };
  try {
    await app.deploy();
    if (golden) await world.run(app.put('golden/answers.json', JSON.stringify(golden)));
    const first = await end(blue, 'blue.onnx');
    expect(first.outcome).toBe('promoted-first');
    const traffic = startSimulatedTraffic(world, {
      functionName: first.state!.config.functionName,
      modelName: ENDPOINT,
      traffic: ROWS,
      requestsPerMinute: 600,
    });
    // Before each its own minutes of blue alone.
    await world.runFor(11 * MINUTE);
    const ofBad = await end(bad, 'bad.onnx');
    await world.runFor(11 * MINUTE);
    const ofGood = await end(good, 'good.onnx');
    traffic.stop();
    return { bad: ofBad, good: ofGood };
  } finally {
    await world.stop();
  }
}

/** As training for a softmax leaves them: at each column they add up to nothing. */
const competing = (width: number, size: number) =>
  weights(width, size).map((row) => row.map((value) => value - row.reduce((sum, one) => sum + one, 0) / width));

const RETRAINED = 0.002;

const PAIRS = {
  'house prices': {
    blue: linearModel(weights(1, 40_000), [300_000]),
    good: linearModel(weights(1, 40_000, RETRAINED), [300_000]),
    bad: linearModel(weights(1, 44_000), [330_000]),
    how: '10 % higher',
    says: /score [\d,]+ to [\d,]+|score from [\d,]+ on|score below [\d,]+|ranges of score/,
  },
  'a regression of a narrow range': {
    blue: linearModel(weights(1, 1), [290]),
    good: linearModel(weights(1, 1, RETRAINED), [290]),
    bad: linearModel(weights(1, 1), [292]),
    how: 'shifted by half its range',
    says: /score/,
  },
  'a probability': {
    blue: linearModel(weights(1, 1), [-2], 'Sigmoid'),
    good: linearModel(weights(1, 1, RETRAINED), [-2], 'Sigmoid'),
    bad: linearModel(weights(1, 1), [0], 'Sigmoid'),
    how: 'shifted by two before the sigmoid',
    says: /score/,
  },
  'a forecaster': {
    blue: linearModel(weights(6, 10), all(6, 100)),
    good: linearModel(weights(6, 10, RETRAINED), all(6, 100)),
    bad: linearModel(weights(6, 100), all(6, 1_000)),
    how: 'ten times too high',
    says: /(first|mean|last|largest|norm) /,
  },
  'several labels at once': {
    blue: linearModel(weights(5, 1), all(5, -1), 'Sigmoid'),
    good: linearModel(weights(5, 1, RETRAINED), all(5, -1), 'Sigmoid'),
    bad: linearModel(weights(5, 1), all(5, -20), 'Sigmoid'),
    how: 'none of which is ever given',
    says: /label|largest|mean/,
  },
  'labels beside probabilities, as scikit-learn writes them': {
    blue: labelsModel(weights(5, 1), all(5, -1)),
    // Surer of the same labels, as one that is trained longer is.
    good: labelsModel(weights(5, 1.5), all(5, -1.5)),
    bad: labelsModel(weights(5, 1), [-1, -1, -1, -1, 1]),
    how: 'one of which is given far more often',
    says: /label 4|labels \d/,
  },
  'scores of classes that nothing explains': {
    blue: linearModel(competing(4, 1), all(4, 0)),
    // Another training gives the same classes by scores of another scale.
    good: linearModel(competing(4, 1.5), all(4, 0)),
    bad: linearModel(competing(4, 1), [0, 0, 0, 2]),
    how: 'most of which are one class',
    says: /class [0123]/,
  },
  'quantised scores of classes': {
    blue: wholeModel(competing(4, 20), INT8),
    good: wholeModel(competing(4, 25), INT8),
    bad: wholeModel(competing(4, 0), INT8),
    how: 'all 0, as of a model that is dead,',
    says: /class [0123]/,
  },
  'words that have classes': {
    blue: wordsModel([1, -1, 0], [0, 0, 0.5]),
    good: wordsModel([1.5, -1.5, 0], [0, 0, 0.75]),
    bad: wordsModel([1, -1, 0], [0, 0, 2]),
    how: 'most of which are given one of them',
    says: /class [012]/,
  },
} as const;

describe.each(Object.entries(PAIRS))('%s', (_, { how, says, ...models }) => {
  let records: Awaited<ReturnType<typeof rolledOut>>;
  beforeAll(async () => {
    records = await rolledOut(models);
  });

  it('retrained is promoted', () => {
    expect([records.good.outcome, records.good.cause]).toEqual(['promoted', undefined]);
  });

  it(`${how} is stopped by what it answers, with no label anywhere`, () => {
    const judgement = records.bad.state?.judgement;
    expect(judgement).toMatchObject({ verdict: 'fail', gate: 'predictions' });
    expect(judgement?.reason).toMatch(says);
  });
});

describe('scores of classes without a softmax, as PyTorch gives them', () => {
  const none = [0, 0, 0];
  const models = {
    blue: linearModel(weights(3, 1), none),
    // Another training gives the same classes by scores of another scale.
    good: linearModel(weights(3, 1.5), none),
    bad: linearModel(weights(3, -1), none),
  };
  const rows = ROWS.requests.map(({ inputs }) => Array.from(inputs[0]!.data as number[]));
  const labels = rows.map((row) => {
    const scores = none.map((_, at) =>
      row.reduce((sum, value, column) => sum + value * weights(3, 1)[column]![at]!, 0),
    );
    return scores.indexOf(Math.max(...scores));
  });

  it('are compared as classes alone once labels say so', async () => {
    const golden = { name: 'g', inputName: 'x', datatype: 'FP32', shape: [300, 4], data: rows, labels };
    const { good, bad } = await rolledOut(models, golden);
    expect([good.outcome, good.cause]).toEqual(['promoted', undefined]);
    expect(good.state?.answers?.measures).toEqual(['class']);
    expect([bad.outcome, bad.error]).toEqual(['rejected', 'ModelRejected']);
  });
});
