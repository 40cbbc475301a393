import { writeRequestId } from '../../lambdas/model-server/feedback/request-id';
import { asked, NOON, stage } from './feedback-stage';
import { envFor } from './serve';

describe('a flood of labels', () => {
  const FORGED = { endpoint: 'digits', model: '0123456789ab', at: NOON, live: true } as const;
  const answered = { rows: 1, predicted: { kind: 'class', classes: 10, values: [4] } } as const;

  it('of ids that a caller made counts nothing and keeps nothing, whatever versions they name', async () => {
    const { label, kept, labelCounts } = stage();
    const id = (n: number) => ({ ...FORGED, version: String(n), invocation: `forged-${n}`, answered });
    const forged = Array.from({ length: 100 }, (_, n) => ({
      requestId: writeRequestId(id(n + 1), `guess ${n}`),
      label: 4,
    }));
    const { statusCode, json } = await label({ feedback: forged });
    expect([statusCode, json['taken'], json['refused']]).toEqual([400, 0, 100]);
    expect([kept.size, labelCounts]).toEqual([0, []]);
  });

  it('is bounded by the minute and by the answers, and says so', async () => {
    const { label, kept, labelCounts, clock, infer } = stage();
    const { id } = await asked({ infer });
    const { requestKey = '' } = envFor(undefined);
    const ids = (from: number, count: number) =>
      Array.from({ length: count }, (_, n) => ({
        requestId: writeRequestId({ ...FORGED, version: '7', invocation: `seen-${from + n}`, answered }, requestKey),
        label: 4,
      }));
    const send = async (from: number) => (await label({ feedback: ids(from, 100) }, `call-${from}`)).json;
    let taken = 0;
    for (let list = 0; list < 70; list += 1) taken += Number((await send(list * 100))['taken']);
    expect([taken, kept.size, labelCounts.length]).toEqual([6_000, 6_000, 6_000]);

    const refused = await label({ requestId: id, label: 1 }, 'one more');
    expect(refused).toMatchObject({
      statusCode: 429,
      headers: { 'retry-after': '60' },
      json: { code: 'TooManyLabels' },
    });
    expect(refused.json['error']).toMatch(/more than 600 labels a minute/);
    expect((await label({ feedback: ids(8_000, 2) }, 'two more')).statusCode).toBe(429);
    // A caller who got an answer may label it, also now.
    await asked({ infer });
    expect((await label({ requestId: id, label: 1 }, 'again')).json['status']).toBe('taken');

    clock.now += 60_000;
    taken = 0;
    for (let list = 100; list < 110; list += 1) taken += Number((await send(list * 100))['taken']);
    expect(taken).toBe(600);
  });

  it('of one id counts once, in one list or in many', async () => {
    const { label, kept, labelCounts, infer } = stage();
    const { id } = await asked({ infer });
    const same = Array.from({ length: 100 }, () => ({ requestId: id, label: 4 }));
    const { json } = await label({ feedback: same }, 'first');
    expect([json['taken'], json['alreadyTaken']]).toEqual([1, 99]);
    expect((await label({ feedback: same }, 'second')).json['taken']).toBe(0);
    expect([kept.size, labelCounts.length]).toEqual([1, 1]);
  });
});
