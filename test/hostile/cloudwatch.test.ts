import fc from 'fast-check';
import { cloudwatchAlarms } from '../../lambdas/adapters/cloudwatch/alarms';
import { cloudwatchEvidence } from '../../lambdas/adapters/cloudwatch/evidence';
import { cloudwatchFunctionCalls } from '../../lambdas/adapters/cloudwatch/function-calls';
import { at, config } from '../adapters/cloudwatch-world';
import { query } from '../adapters/minutes-query';
import { contextWith, type Sent, standIn } from '../adapters/stand-ins';
import { keys, outcomeOf, SOME, text } from './hostile';

const MINUTES = 3;
const settings = config({
  gates: {
    custom: [{ name: 'fallbacks', events: { namespace: 'Shop', metric: 'F', dimensions: { V: '{version}' } } }],
  },
});

/** Mostly what is true: a page without a fault is likely, so that faults are met one by one. */
const value = fc.oneof(
  { weight: 30, arbitrary: fc.integer({ min: 0, max: 100 }) },
  {
    weight: 1,
    arbitrary: fc.constantFrom(
      -1,
      -0,
      0.5,
      NaN,
      Infinity,
      -Infinity,
      1e308,
      1e17,
      Number.MAX_SAFE_INTEGER,
      undefined,
      '7',
    ),
  },
);
const minute = fc.oneof(
  { weight: 30, arbitrary: fc.integer({ min: 0, max: MINUTES - 1 }).map((index) => new Date(at(index))) },
  {
    weight: 1,
    arbitrary: fc.constantFrom(
      new Date(NaN),
      new Date(at(-5)),
      new Date(at(500)),
      new Date(Date.parse(at(0)) + 1),
      undefined,
      8.64e15,
    ),
  },
);
const series = fc.record({
  status: fc.oneof(
    { weight: 40, arbitrary: fc.constant('Complete') },
    { weight: 1, arbitrary: fc.oneof(fc.constantFrom(undefined, 'PartialData', 'InternalError', 'Forbidden'), text()) },
  ),
  points: fc.uniqueArray(fc.tuple(minute, value), { maxLength: MINUTES, selector: ([one]) => String(one) }),
  fault: fc.oneof(
    { weight: 40, arbitrary: fc.constant('none') },
    {
      weight: 1,
      arbitrary: fc.constantFrom(
        'no timestamps',
        'no values',
        'one value more',
        'message',
        'twice',
        'left out',
        'other id',
      ),
    },
  ),
});
const pages = fc.record({
  all: fc.array(series, { minLength: 1, maxLength: 8 }),
  token: fc.oneof(
    { weight: 20, arbitrary: fc.constant(undefined) },
    { weight: 1, arbitrary: fc.constantFrom('same', '') },
  ),
  message: fc.oneof(
    { weight: 40, arbitrary: fc.constant(undefined) },
    { weight: 1, arbitrary: fc.constant([{ Code: 'x' }]) },
  ),
  results: fc.oneof({ weight: 40, arbitrary: fc.constant(true) }, { weight: 1, arbitrary: fc.constant(false) }),
});
type Pages = typeof pages extends fc.Arbitrary<infer T> ? T : never;

/** A CloudWatch that answers every query with the series that come next. A token comes again and again. */
function cloudwatch({ all, token, message, results }: Pages) {
  return standIn(undefined, ({ input }: Sent, nth) => {
    // A reader that asks without end would hang the test; it must have given up long before.
    if (nth > 10_000) throw new Error('asked without end');
    const ids = (input['MetricDataQueries'] as { Id: string }[]).map(({ Id }) => Id);
    const given = ids.flatMap((Id, index) => {
      const { status: StatusCode, points, fault } = all[index % all.length]!;
      const result = {
        Id: fault === 'other id' ? `${Id}x` : Id,
        StatusCode,
        Timestamps: fault === 'no timestamps' ? undefined : points.map(([time]) => time),
        Values:
          fault === 'no values'
            ? undefined
            : [...points.map(([, one]) => one), ...(fault === 'one value more' ? [1] : [])],
        ...(fault === 'message' && { Messages: [{ Code: 'x' }] }),
      };
      if (fault === 'left out') return [];
      return fault === 'twice' ? [result, result] : [result];
    });
    const repeated = nth > 1 && token === 'same' ? [] : given;
    return { ...(results && { MetricDataResults: repeated }), NextToken: token, Messages: message };
  });
}

/** Every number is a count, and every part of a whole fits into it. */
function expectCounts(counts: unknown): void {
  if (typeof counts === 'number') expect(Number.isSafeInteger(counts) && counts >= 0).toBe(true);
  else if (Array.isArray(counts)) counts.forEach(expectCounts);
  else if (typeof counts === 'object' && counts !== null) Object.values(counts).forEach(expectCounts);
}
function expectSide(side: Readonly<Record<string, unknown>>): void {
  expectCounts(side);
  const { invocations, errors, modelErrors, nonFiniteOutputs, durations } = side as Record<string, number>;
  expect((modelErrors ?? 0) + (nonFiniteOutputs ?? 0)).toBeLessThanOrEqual(errors ?? 0);
  expect(errors).toBeLessThanOrEqual(invocations ?? 0);
  expect(durations).toBeLessThanOrEqual(invocations ?? 0);
}

test('minutes of any answer are counts that can be true, or there are none', () =>
  fc.assert(
    fc.asyncProperty(pages, fc.boolean(), async (given, apart) => {
      const { client, sent } = cloudwatch(given);
      const evidence = cloudwatchEvidence(contextWith({ cloudwatch: client }));
      const windows = [{ from: at(0), until: at(MINUTES), weight: 10 }];
      const outcome = await outcomeOf(() =>
        evidence.fetchMinutes(query({ config: settings, windows, blueMinutesEarlier: apart ? MINUTES : 0 })),
      );
      if ('error' in outcome) throw outcome.error;
      expect(sent.length).toBeLessThan(200);
      if (outcome.value === 'unavailable') return;
      for (const { blue, green } of outcome.value.minutes) for (const side of [blue, green]) expectSide({ ...side });
      for (const { why } of outcome.value.incomplete) expect(why).not.toBe('');
    }),
    { numRuns: 400 },
  ));

test('a baseline of any answer has counts that can be true and durations in order, or there is none', () =>
  fc.assert(
    fc.asyncProperty(pages, fc.boolean(), async (given, outline) => {
      const { client, sent } = cloudwatch(given);
      const evidence = cloudwatchEvidence(contextWith({ cloudwatch: client }));
      const outcome = await outcomeOf(() =>
        evidence.fetchBaseline({ config: settings, blue: '7', from: at(0), until: at(MINUTES), outline }),
      );
      if ('error' in outcome) throw outcome.error;
      expect(sent.length).toBeLessThan(400);
      if (outcome.value === 'unavailable') return;
      const { baseline: minutes, thresholds, baselineDurations: durations, classNames } = outcome.value.baseline;
      expectCounts(durations);
      expect(classNames.length).toBeLessThanOrEqual(201);
      for (const { blue } of minutes) expectSide({ ...blue });
      for (const one of thresholds) expect(Object.values(one).every(Number.isFinite)).toBe(true);
    }),
    { numRuns: 400 },
  ));

test('calls of a function are counts by minute, or unavailable', () =>
  fc.assert(
    fc.asyncProperty(pages, async (given) => {
      const calls = await cloudwatchFunctionCalls(contextWith({ cloudwatch: cloudwatch(given).client })).callsPerMinute(
        'f',
        at(0),
        at(MINUTES),
      );
      if (calls === 'unavailable') return;
      for (const { calls: all, throughLive } of calls) expectCounts([all, throughLive]);
    }),
    SOME,
  ));

test('an alarm is OK only where CloudWatch says so of that very alarm', () => {
  const alarm = fc.record(
    {
      AlarmName: keys(['a', 'b']),
      StateValue: fc.oneof(fc.constantFrom('OK', 'OK', 'ALARM', 'INSUFFICIENT_DATA', undefined), text()),
    },
    { requiredKeys: [] },
  );
  const list = fc.option(fc.array(alarm, { maxLength: 4 }), { nil: undefined });
  return fc.assert(
    fc.asyncProperty(list, list, async (MetricAlarms, CompositeAlarms) => {
      const { client } = standIn(undefined, () => ({ MetricAlarms, CompositeAlarms }));
      const names = ['a', 'b', '__proto__', 'constructor'];
      const states = await cloudwatchAlarms(contextWith({ cloudwatch: client })).alarmStates(names);
      expect(states.map(({ name }) => name)).toEqual(names);
      for (const { name, state } of states) {
        const said = [...(MetricAlarms ?? []), ...(CompositeAlarms ?? [])].filter(
          ({ AlarmName }) => AlarmName === name,
        );
        if (state === 'OK') expect(said.map(({ StateValue }) => StateValue)).not.toContain('ALARM');
        expect(state === 'does not exist').toBe(said.length === 0);
      }
    }),
    SOME,
  );
});

test('a page that names itself as the next one is no evidence, and is not asked for ever', async () => {
  const { client, sent } = cloudwatch({
    all: [{ status: 'Complete', points: [], fault: 'none' }],
    token: 'same',
    message: undefined,
    results: true,
  });
  const evidence = cloudwatchEvidence(contextWith({ cloudwatch: client }));
  const windows = [{ from: at(0), until: at(MINUTES), weight: 10 }];
  expect(await evidence.fetchMinutes(query({ config: settings, windows }))).toBe('unavailable');
  expect(sent).toHaveLength(2);
});
