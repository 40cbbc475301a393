import type { EndpointAnswer } from '../../lambdas/adapters/lambda/endpoint-calls';
import type { InferRequest, ModelMetadata } from '../../lambdas/contract/inference-protocol';
import { answerCounter } from '../../lambdas/domain/measures/count-answers';
import { isOpenVector, measuresOfTask } from '../../lambdas/domain/measures/measures';
import { judgePairs } from '../../lambdas/domain/judge/paired/judge-pairs';
import type { Pair } from '../../lambdas/domain/judge/paired/pair';
import { kindOf } from '../../lambdas/domain/prediction';
import { askPair } from '../../lambdas/steps/replay/ask-pairs';
import { Understanding } from '../../lambdas/steps/verification/ask-version';
import { answersToDrawn } from '../../lambdas/steps/verification/warm-up';
import { seededRandom } from '../../simulator/random';
import { COLUMNS, type Kind, KINDS, list, type Model } from './unlabelled-models';
import { verificationState } from './verification-state';

/*
 * Kinds of models of which no label tells anything: a good retrain is proven by paired requests, or a person is asked;
 * one that is damaged is never proven. What the model's file says of its outputs, what blue answers to drawn requests
 * and what both answer to the same ones are all that there is.
 */

const PLANNED = 1_000;

/** What a replay makes of a green that no label is known of. */
async function verdictOf({ made = {}, names, blue }: Kind, green: Model) {
  const answer = (version: string, { inputs }: Pick<InferRequest, 'inputs'>): EndpointAnswer => {
    const [input] = inputs;
    const rows = input!.shape[0]!;
    const all = list(rows, (row) =>
      (version === '1' ? blue : green)((input!.data as number[]).slice(row * COLUMNS, (row + 1) * COLUMNS)),
    );
    const outputs = Object.entries(all[0]!).map(([name, { datatype, shape }]) => ({
      ...{ name, datatype, shape: rows === 1 ? shape : [rows, ...shape.slice(1)] },
      data: all.flatMap((one) => one[name]!.data),
    }));
    const body = { model_name: 'digits', model_version: version, outputs };
    return { kind: 'answered', status: 200, body, durationMs: 10 };
  };
  const ports = {
    clock: { now: () => 0, sleep: async () => undefined },
    hash: () => '0',
    endpointCalls: {
      callVersion: async (_name: string, version: string, { body }: { readonly body?: unknown }) =>
        answer(version, body as InferRequest),
      callVersionWithLog: async (_name: string, version: string, { body }: { readonly body?: unknown }) => ({
        answer: answer(version, body as InferRequest),
        log: [],
      }),
    },
  };
  const state = verificationState(names === undefined ? {} : { classNames: [...names] });
  const outputs = Object.entries(blue(list(COLUMNS, () => 0))).map(([name, { datatype, shape }]) => ({
    ...{ name, datatype, shape: shape[0] === 1 ? [-1, ...shape.slice(1)] : [-1, ...shape.slice(1)] },
  }));
  const signature = {
    inputs: [{ name: 'x', datatype: 'FP32', shape: [-1, COLUMNS] }],
    outputs,
  } as unknown as ModelMetadata;
  const facts = outputs.map(({ name, datatype, shape }) => ({ name, kind: kindOf(datatype), shape, made: made[name] }));
  const counted = answerCounter(facts, {
    ...{ task: undefined, predictionOutput: undefined, classNames: names, own: [] },
  }).measures.map(({ name }) => name);
  const understanding = new Understanding(ports, state, '2');
  const warmUp = { method: 'POST', path: '/v2/models/digits/infer' } as const;
  const zeros = { inputs: [{ name: 'x', datatype: 'FP32', shape: [1, COLUMNS], data: list(COLUMNS, () => 0) }] };
  for (let round = 0; round < 9; round += 1)
    await understanding.endpointCalls.callVersion('f', '2', { ...warmUp, body: zeros });
  const draw = isOpenVector({ measures: counted }) ? () => answersToDrawn(ports, state, signature) : undefined;
  const { task } = await understanding.of(signature, draw);
  const measures = [...measuresOfTask(task, counted, false)];
  const pairs: Pair[] = [];
  const inputs = seededRandom('requests');
  const value = () => Math.sqrt(-2 * Math.log(1 - inputs())) * Math.cos(2 * Math.PI * inputs());
  for (let at = 0; at < PLANNED; at += 1) {
    const x = { name: 'x', datatype: 'FP32', shape: [1, COLUMNS], data: list(COLUMNS, value) } as const;
    const request = { id: `r-${at}`, rows: 1, inputs: [x], labels: undefined };
    const pair = await askPair(ports, { ...state, answers: { measures } }, { blue: '1', green: '2' }, request);
    if (!('refused' in pair)) pairs.push(pair);
  }
  const { falseAlarmRate, missRate, gates } = state.config.settings;
  const { verdict, gate, reason } = judgePairs(pairs, { falseAlarmRate, missRate, gates, planned: PLANNED });
  return { task, measures, verdict, gate, reason };
}

describe.each(Object.entries(KINDS))('%s', (_, kind) => {
  it('is promoted after a good training, or a person is asked', async () => {
    const found = await verdictOf(kind, kind.good);
    if (kind.asks === undefined || found.verdict === 'pass') expect(found).toMatchObject({ verdict: 'pass' });
    else expect(found).toMatchObject({ verdict: 'fail', gate: 'predictions' });
  });

  it.each(Object.entries(kind.damaged))('is not proven where it is %s', async (__, damaged) => {
    expect(await verdictOf(kind, damaged)).toMatchObject({ verdict: 'fail', gate: 'predictions' });
  });
});
