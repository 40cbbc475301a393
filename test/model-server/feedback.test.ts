import { REQUEST_ID_HEADER } from '../../lambdas/contract/feedback';
import { requestIdFor } from '../../lambdas/model-server/feedback/request-id';
import { asked, DAY, image, NOON, predictedOf, stage } from './feedback-stage';
import { byVersion, digits, envFor, fixture, input, throughLive } from './serve';

describe('an answer', () => {
  it('carries its request id in a header, and as the id of the response where the client gave none', async () => {
    const { infer } = stage();
    const { id, reply } = await asked({ infer });
    expect(id).toMatch(/^g2-[A-Za-z0-9_-]{50,250}$/);
    expect(reply.json['id']).toBe(id);

    const own = await infer({ ...image(), id: 'mine' });
    expect(own.json['id']).toBe('mine');
    expect(own.headers[REQUEST_ID_HEADER]).toMatch(/^g2-/);
  });

  it('has none where no labels are taken, and feedback is then refused by name', async () => {
    const { infer, label } = stage(undefined, { feedbackDays: 0 });
    const { id, reply } = await asked({ infer });
    expect(id).toBe('none');
    expect(reply.json['id']).toBeUndefined();
    expect(await label({ requestId: 'x', label: 1 })).toMatchObject({ statusCode: 404, json: { code: 'FeedbackOff' } });
  });

  it('has none where the version has no key to sign it with', async () => {
    const { infer, label } = stage(undefined, { requestKey: undefined });
    const { id, reply } = await asked({ infer });
    expect([id, reply.json['id']]).toEqual(['none', undefined]);
    expect(await label({ requestId: 'x', label: 1 })).toMatchObject({ statusCode: 404, json: { code: 'FeedbackOff' } });
  });
});

describe('a label', () => {
  it('is scored, kept and counted for the version that answered', async () => {
    const { infer, label, kept, labelCounts, clock } = stage();
    const { id, reply } = await asked({ infer });
    const [predicted] = predictedOf(reply);
    clock.now += 90_000;
    const taken = await label({ requestId: id, label: predicted });

    expect(taken).toMatchObject({ statusCode: 200, json: { status: 'taken', version: '7', rows: 1, scored: 1 } });
    expect(labelCounts).toEqual([
      { endpoint: 'digits', version: '7', at: clock.now, delaySeconds: 90, scored: [{ right: true }] },
    ]);
    expect([...kept]).toEqual([
      [
        'b/labels/30d/digits/7/2026-11-27/r-1.json',
        {
          endpoint: 'digits',
          version: '7',
          model: expect.stringMatching(/^[0-9a-f]{12}$/) as string,
          request: 'r-1',
          answeredAt: '2026-11-27T12:00:00.000Z',
          labelledAt: '2026-11-27T12:01:30.000Z',
          rows: 1,
          predicted: [predicted],
          labels: [predicted],
          takenBy: 'f-1/0',
        },
      ],
    ]);
  });

  it('is no request of the model’s, and each is told apart', async () => {
    const { infer, label, counts, others, clock } = stage();
    const { id } = await asked({ infer });
    clock.now += 60_000;
    await label({ requestId: id, label: 3 });
    await label({ requestId: id, label: 3 });
    expect(counts).toHaveLength(1);
    const other = { endpoint: 'digits', version: '7', at: clock.now };
    expect(others).toEqual([other, other]);
  });

  it('counts for the version that answered, also when another one takes it', async () => {
    const { infer, call, labelCounts } = stage();
    const { id } = await asked({ infer });
    const later = { ...throughLive, functionVersion: '8' };
    await call('POST', '/v2/models/m/feedback', { requestId: id, label: 0 }, later);
    expect(labelCounts.map(({ version }) => version)).toEqual(['7']);
  });

  it('that is sent again is not counted again, be it a day later', async () => {
    const { infer, label, labelCounts, clock } = stage();
    const { id } = await asked({ infer });
    await label({ requestId: id, label: 3 });
    clock.now += DAY;
    expect(await label({ requestId: id, label: 3 }, 'f-2')).toMatchObject({
      statusCode: 200,
      json: { status: 'already-taken' },
    });
    expect(labelCounts).toHaveLength(1);
  });

  it('that says otherwise than the first is refused, and the first stands', async () => {
    const { infer, label, labelCounts, kept } = stage();
    const { id } = await asked({ infer });
    await label({ requestId: id, label: 3 });
    const second = await label({ requestId: id, label: 4 }, 'f-2');
    expect(second).toMatchObject({ statusCode: 409, json: { code: 'AlreadyLabelled', field: 'label' } });
    expect(second.json['error']).toBe(
      'label is 4, but the request was labelled 3 at 2026-11-27T12:00:00.000Z; the first label stands.',
    );
    expect(labelCounts).toHaveLength(1);
    expect([...kept.values()].map(({ labels }) => labels)).toEqual([[3]]);
  });

  it('is counted by a retry of the same call, whose first attempt wrote it and died', async () => {
    const { infer, label, labelCounts, kept } = stage();
    const { id } = await asked({ infer });
    await label({ requestId: id, label: 3 }, 'f-1');
    labelCounts.length = 0; // what the first attempt never came to
    expect(kept.size).toBe(1);
    expect((await label({ requestId: id, label: 3 }, 'f-1')).json['status']).toBe('taken');
    expect(labelCounts).toHaveLength(1);
  });

  it('of a batch has one value per row', async () => {
    const { infer, label, labelCounts } = stage();
    const { id, reply } = await asked({ infer }, image(3));
    const predicted = predictedOf(reply);
    expect(await label({ requestId: id, label: [predicted[0], (predicted[1]! + 1) % 10, predicted[2]] })).toMatchObject(
      {
        json: { rows: 3, scored: 3 },
      },
    );
    expect(labelCounts[0]?.scored).toEqual([{ right: true }, { right: false }, { right: true }]);
  });

  it('of a batch of more rows than an id carries is scored on the first hundred', async () => {
    const { infer, label, labelCounts } = stage();
    const { id } = await asked({ infer }, image(130));
    const answer = await label({ requestId: id, label: Array.from({ length: 130 }, () => 1) });
    expect(answer.json).toMatchObject({ status: 'taken', rows: 130, scored: 100 });
    expect(labelCounts[0]?.scored).toHaveLength(100);
  });

  it('may be the name of a class', async () => {
    const names = Array.from({ length: 10 }, (_, index) => `digit ${index}`);
    const { infer, label, labelCounts } = stage(undefined, { classNames: names });
    const { id, reply } = await asked({ infer });
    const [predicted = 0] = predictedOf(reply);
    await label({ requestId: id, label: names[predicted] });
    expect(labelCounts[0]?.scored).toEqual([{ right: true }]);

    const other = await asked({ infer }, image(), { ...throughLive, awsRequestId: 'r-2' });
    await label({ requestId: other.id, label: (predicted + 1) % 10 });
    expect(labelCounts[1]?.scored).toEqual([{ right: false }]);
  });

  it('of a model with text labels is text', async () => {
    const { infer, label, labelCounts } = stage(fixture('string-labels.onnx'));
    const { id, reply } = await asked({ infer }, input('x', 'FP32', [1, 2], [0.2, 0.9]));
    const text = (reply.json['outputs'] as { datatype: string; data: string[] }[]).find(
      ({ datatype }) => datatype === 'BYTES',
    )!.data[0];
    expect((await label({ requestId: id, label: 3 })).json['error']).toMatch(
      /^label 3 is a number, but the model answers text/,
    );
    await label({ requestId: id, label: text });
    expect(labelCounts[0]?.scored).toEqual([{ right: true }]);
  });

  it('of a regression is a number, counted by its squared error', async () => {
    const { infer, label, labelCounts } = stage(fixture('regression.onnx'));
    const { id, reply } = await asked({ infer }, input('x', 'FP32', [1, 2], [1, 2]));
    const score = (reply.json['outputs'] as { data: number[] }[])[0]!.data[0]!;
    expect((await label({ requestId: id, label: 'high' })).json['error']).toMatch(/must be a number/);
    await label({ requestId: id, label: score + 2 });
    expect((labelCounts[0]?.scored[0] as { squaredError: number }).squaredError).toBeCloseTo(4, 4);
  });
});

describe('a label that cannot be taken', () => {
  const cases: readonly [why: string, code: string, item: (id: string) => unknown, error: RegExp][] = [
    ['no id', 'InvalidRequestId', () => ({ label: 1 }), /^requestId is undefined, not text/],
    ['an id cut short', 'InvalidRequestId', (id) => ({ requestId: id.slice(0, -3), label: 1 }), /cut or mistyped/],
    [
      'any text',
      'InvalidRequestId',
      () => ({ requestId: 'hello', label: 1 }),
      /requestId is "hello": it is not of the form/,
    ],
    [
      'another format',
      'InvalidRequestId',
      (id) => ({ requestId: id.replace('g2-', 'g9-'), label: 1 }),
      /format 9, this server reads format 2/,
    ],
    ['no label', 'InvalidLabel', (id) => ({ requestId: id }), /^label is undefined; it must be the index or the name/],
    ['a null', 'InvalidLabel', (id) => ({ requestId: id, label: null }), /^label is null/],
    [
      'a class that the model has not',
      'InvalidLabel',
      (id) => ({ requestId: id, label: 1.5 }),
      /^label 1.5 must be the whole number of a class/,
    ],
    [
      'text without class names',
      'InvalidLabel',
      (id) => ({ requestId: id, label: 'three' }),
      /^label "three" is text, but the endpoint has no classNames/,
    ],
    [
      'two labels for one row',
      'InvalidLabel',
      (id) => ({ requestId: id, label: [1, 2] }),
      /has 2 labels, the answer had 1 row/,
    ],
    ['no labels', 'InvalidLabel', (id) => ({ requestId: id, label: [] }), /has 0 labels/],
    ['a nested list', 'InvalidLabel', (id) => ({ requestId: id, label: [[1]] }), /^label\[0\] is an array of 1/],
    ['an unknown key', 'InvalidItem', (id) => ({ requestId: id, label: 1, lable: 2 }), /the key "lable"/],
  ];
  it.each(cases)('is refused by name: %s', async (_why, code, item, error) => {
    const { infer, label, labelCounts, kept } = stage();
    const { id } = await asked({ infer });
    const answer = await label(item(id));
    expect(answer).toMatchObject({ statusCode: 400, json: { code } });
    expect(answer.json['error']).toMatch(error);
    expect(labelCounts).toEqual([]);
    expect(kept.size).toBe(0);
  });

  it('names a class index beyond the columns of the scores', async () => {
    const { infer, label } = stage(fixture('scores-only.onnx'));
    const { id } = await asked({ infer }, input('x', 'FP32', [1, 2], [0.1, 0.7]));
    expect((await label({ requestId: id, label: 99 })).json['error']).toMatch(
      /^label 99 must be an index from 0 to 2\./,
    );
  });

  it('names a class that is not among the endpoint’s', async () => {
    const { infer, label } = stage(undefined, { classNames: ['a', 'b', 'c'] });
    const { id } = await asked({ infer });
    expect((await label({ requestId: id, label: 'd' })).json['error']).toBe(
      'label "d" is none of the endpoint\'s classes, "a", "b", "c".',
    );
    expect((await label({ requestId: id, label: 3 })).json['error']).toMatch(
      /^label 3 is none of the endpoint's classes/,
    );
  });

  it('is of another endpoint, of a test, too old, or of the future', async () => {
    const one = stage();
    const { id } = await asked(one);
    const other = stage(undefined, { endpoint: 'fraud-check' });
    expect((await other.label({ requestId: id, label: 1 })).json).toMatchObject({
      code: 'OtherEndpoint',
      error: 'requestId is of endpoint "digits", this one is "fraud-check".',
    });
    const test = await asked(one, image(), byVersion);
    expect((await one.label({ requestId: test.id, label: 1 })).json['code']).toBe('NotAUsers');
    one.clock.now = NOON + 30 * DAY + 1;
    expect((await one.label({ requestId: id, label: 1 })).json).toMatchObject({
      code: 'TooOld',
      error: 'requestId is of 2026-11-27T12:00:00.000Z; labels are taken for 30 days after the answer.',
    });
    one.clock.now = NOON + 30 * DAY;
    expect((await one.label({ requestId: id, label: 1 })).json['status']).toBe('taken');
    one.clock.now = NOON - DAY;
    expect((await one.label({ requestId: id, label: 1 })).json['code']).toBe('TooOld');
  });

  it('is of a model whose outputs are no prediction', async () => {
    const picture = { name: 'y', kind: 'float', shape: [1, 2, 2], data: [1, 2, 3, 4] } as const;
    const env = envFor(digits('v1-baseline.onnx'));
    const id = requestIdFor([picture], env, undefined, env.requestKey!, throughLive, NOON, true);
    expect((await stage().label({ requestId: id, label: 1 })).json).toMatchObject({ code: 'NoPrediction' });
  });
});
