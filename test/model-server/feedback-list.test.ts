import { feedbackAnswer, MAX_FEEDBACK_ITEMS } from '../../lambdas/contract/feedback';
import type { LabelStore } from '../../lambdas/adapters/s3/label-store';
import { asked, image, memoryStore, NOON, stage } from './feedback-stage';
import { digits, serve, throughLive } from './serve';

describe('a list of labels', () => {
  it('takes the good ones, refuses the bad ones, and says which', async () => {
    const { infer, label, labelCounts } = stage();
    const first = await asked({ infer });
    const second = await asked({ infer }, image(), { ...throughLive, awsRequestId: 'r-2' });
    const answer = await label({
      feedback: [
        { requestId: first.id, label: 1 },
        { requestId: 'nonsense', label: 1 },
        { requestId: second.id, label: 'x' },
        { requestId: first.id, label: 1 },
        null,
      ],
    });
    expect(answer.statusCode).toBe(207);
    const { results, ...sums } = feedbackAnswer.parse(answer.json);
    expect(sums).toEqual({ taken: 1, alreadyTaken: 1, refused: 3, requestId: 'f-1' });
    expect(results.map((one) => ('code' in one ? `${one.code} ${one.field}` : one.status))).toEqual([
      'taken',
      'InvalidRequestId feedback[1].requestId',
      'InvalidLabel feedback[2].label',
      'already-taken',
      'InvalidItem feedback[4]',
    ]);
    expect(labelCounts).toHaveLength(1);
  });

  it('is a 200 when all were taken, and has the refusals’ own status when none was', async () => {
    const { infer, label } = stage();
    const { id } = await asked({ infer });
    expect((await label({ feedback: [{ requestId: id, label: 1 }] })).statusCode).toBe(200);
    expect((await label({ feedback: [{ requestId: id, label: 1 }] }, 'f-2')).statusCode).toBe(200);
    expect((await label({ feedback: [{ requestId: id, label: 2 }] }, 'f-3')).statusCode).toBe(409);
    expect((await label({ feedback: [{ requestId: 'x', label: 2 }] })).statusCode).toBe(400);
  });

  it('loses none to a store that fails for one of them', async () => {
    const { kept, store } = memoryStore();
    const broken: LabelStore = {
      keepFirst: (bucket, key, one) =>
        key.endsWith('r-2.json') ? Promise.reject(new Error('SlowDown')) : store.keepFirst(bucket, key, one),
    };
    const served = serve(digits('v1-baseline.onnx'), {}, { labels: broken, now: () => NOON });
    const ids = await Promise.all(
      ['r-1', 'r-2'].map(async (awsRequestId) => (await asked(served, image(), { ...throughLive, awsRequestId })).id),
    );
    const post = (body: unknown) => served.call('POST', '/v2/models/m/feedback', body);
    const answer = await post({ feedback: ids.map((requestId) => ({ requestId, label: 1 })) });
    expect(answer).toMatchObject({ statusCode: 207, json: { taken: 1, refused: 1 } });
    expect(await post({ requestId: ids[1], label: 1 })).toMatchObject({ statusCode: 503, json: { code: 'NotStored' } });
    expect(kept.size).toBe(1);
    expect(served.labelCounts).toHaveLength(1);
    expect(served.lines.filter(({ message }) => message === 'Label not stored')).toHaveLength(2);
  });

  it.each([
    [{}, /feedback is missing/],
    [{ feedback: 'x' }, /feedback is "x", not an array/],
    [{ feedback: [] }, /feedback has 0 items; 1 to 100/],
    [{ feedback: Array.from({ length: MAX_FEEDBACK_ITEMS + 1 }, () => ({})) }, /feedback has 101 items/],
    [{ feedback: [{}], requestId: 'x' }, /stands beside a requestId/],
  ])('is refused as a whole: %j', async (body, error) => {
    const answer = await stage().label(body);
    expect(answer).toMatchObject({ statusCode: 400, json: { code: 'InvalidInput', field: 'feedback' } });
    expect(answer.json['error']).toMatch(error);
  });

  it('is taken by POST alone, under the model’s own name and the version that answers', async () => {
    const { call } = stage();
    expect((await call('GET', '/v2/models/m/feedback')).statusCode).toBe(405);
    expect((await call('POST', '/v2/models/other/feedback', {})).statusCode).toBe(404);
    expect((await call('POST', '/v2/models/m/versions/9/feedback', {})).statusCode).toBe(404);
    expect((await call('POST', '/v2/models/m/versions/7/feedback', {})).statusCode).toBe(400);
  });

  it('needs no model that loads: any version can score a label by its id', async () => {
    const good = stage();
    const { id } = await asked(good);
    const { store, kept } = memoryStore();
    const broken = serve(digits('truncated.onnx'), {}, { labels: store, now: () => NOON });
    expect((await broken.call('POST', '/v2/models/m/feedback', { requestId: id, label: 1 })).statusCode).toBe(200);
    expect(kept.size).toBe(1);
  });
});
