import { InService } from '../../../cli/demo/in-service';
import { failedBecauseOfShift, DemoTraffic } from '../../../cli/demo/traffic';
import type { AnswerTotals } from '../../../cli/demo/users/messages';

/**
 * The first version, without a model; from 500 on version 1; at 1,000 version 2 beside it; from 2,000 on 1 alone again.
 */
const inService = new InService();
inService.note(0, ['0']);
inService.note(500, ['1']);
inService.note(1_000, ['1', '2']);
inService.note(2_000, ['1']);

const answers = (given: Partial<AnswerTotals>): AnswerTotals => ({
  ...{ status: 200, version: '1', sentMs: 1_500, answeredMs: 1_510, count: 1 },
  ...given,
});
const fails = (given: Partial<AnswerTotals>) => failedBecauseOfShift(answers(given), inService);

describe('a request failed because of a shift', () => {
  it.each<[string, Partial<AnswerTotals>]>([
    ['when it got no answer', { status: 'none', version: undefined }],
    ['when no version was asked', { status: 502, version: undefined }],
    ['when the path or the alias was not there', { status: 404 }],
    ['when a version was asked that is not ready', { status: 503 }],
    ['when the first version, without a model, still answered', { status: 503, version: '0' }],
    ['when green answered before it had a weight', { version: '2', sentMs: 100, answeredMs: 900 }],
    ['when green answered although its weight was gone', { version: '2', sentMs: 2_100, answeredMs: 2_110 }],
    ['when a version answered that the alias never named', { version: '9' }],
  ])('%s', (_, given) => expect(fails(given)).toBe(true));
});

describe('a request did not fail because of a shift', () => {
  it.each<[string, Partial<AnswerTotals>]>([
    ['when blue answered well', {}],
    ['when green answered well at its weight', { version: '2' }],
    ['when a version failed by itself', { status: 500, version: '2' }],
    ['when a version crashed', { status: 502, version: '2' }],
    [
      'when it was sent to green before the weight went, and answered after',
      { version: '2', sentMs: 1_900, answeredMs: 2_600 },
    ],
  ])('%s', (_, given) => expect(fails(given)).toBe(false));

  it('when it came before the first model was there', () => {
    expect(fails({ status: 503, version: '0', sentMs: 400, answeredMs: 410 })).toBe(false);
  });
});

it('adds up what users report', () => {
  const traffic = new DemoTraffic(inService);
  traffic.add({
    sent: 10,
    notSent: 2,
    answers: [answers({ count: 5 }), answers({ status: 500, version: '2', count: 3 })],
  });
  traffic.add({ sent: 1, notSent: 0, answers: [answers({ status: 'none', version: undefined })] });
  expect(traffic.totals).toEqual({
    ...{ requests: 11, notSent: 2, failed: 4, failedBecauseOfShift: 1 },
    byVersion: new Map([
      ['1', 5],
      ['2', 3],
      ['none', 1],
    ]),
  });
});

it('puts failed requests on the rollout in which they were sent', () => {
  const traffic = new DemoTraffic(inService);
  const failed = (sentMs: number, count: number) => answers({ status: 500, sentMs, answeredMs: 9_000, count });
  traffic.add({ sent: 6, notSent: 0, answers: [failed(1_000, 1), failed(1_100, 2), failed(1_200, 3), answers({})] });
  expect(traffic.failedBetween(1_050, 1_200)).toBe(2);
  expect(traffic.failedBetween(0, 5_000)).toBe(6);
});
