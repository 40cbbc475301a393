import { parsePlanArguments } from '../../../cli/plan/arguments';
import { type PlanRequest, questionOf } from '../../../cli/plan/request';
import { RANGE_SHARES } from '../../../cli/plan/steady-day';
import { trafficOf } from '../../../cli/plan/traffic';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { CountedMeasure, Evidence } from '../../../lambdas/domain/evidence';
import { AS_GOOD_AS_BLUE, type Regression } from '../../../lambdas/domain/gates/gate';
import { judgeGates } from '../../../lambdas/domain/gates/gates';
import { type BlueDay, dayOfBaseline, dayOfTrace } from '../../../lambdas/domain/plan/blue-day';
import { drawCanary, drawnBaseline, evidenceOfCanary } from '../../../lambdas/domain/plan/draw-canary';
import { scalesOf, simulated } from '../../../lambdas/domain/plan/question';
import { canariesOf } from '../../../lambdas/domain/plan/try-canary';
import { traceSchema } from '../../../lambdas/domain/trace/trace';
import { seeded } from '../../../simulator/draws';
import { classCanary } from '../../judge/class-canary';
import { onlyGate } from '../../judge/settings';
import { requestFor } from './planning';

const STEPS = [{ weight: 50, bakeMinutes: 10 }];
const of = (name: string, classes: number): CountedMeasure => ({
  ...{ name, metric: name },
  blue: Array.from({ length: classes - 1 }, () => null),
});
const planned = (traffic: Parameters<typeof requestFor>[0], day: Partial<BlueDay> = {}): PlanRequest => {
  const request = requestFor({ ...traffic, latency: undefined });
  return { ...request, day: { ...request.day, ...day } };
};
const ofNumber = { classShares: RANGE_SHARES, requestsPerMinute: 6_000 };
const simulatedOf = (request: PlanRequest) => simulated(questionOf(request).question, STEPS, 0);
const canaryOf = (request: PlanRequest, regression: Regression = AS_GOOD_AS_BLUE): Evidence => {
  const what = simulatedOf(request);
  return evidenceOfCanary(what, drawCanary(what, seeded(3)), regression);
};
const margins = (evidence: Evidence) =>
  judgeGates(evidence, onlyGate('predictions')).flatMap(({ counters }) =>
    counters.map(({ margin, harm }) => [margin, harm?.test.margin]),
  );

describe('ranges of a number in a plan', () => {
  it('have the margins that the judge gives them, whatever is read: a baseline, or a trace', () => {
    const measures = [of('score', RANGE_SHARES.length)];
    const judged: Evidence = { ...classCanary({ perMinute: 6_000, weight: 0.5, blue: RANGE_SHARES }, 3), measures };
    const trace = traceSchema.parse({
      ...{ id: 't', horizonMinutes: 15, classNames: judged.classNames, measures },
      baseline: judged.baseline.map(({ blue }, index) => ({ t: index - 60, blue })),
      rows: [],
    });
    const days = [dayOfBaseline(judged, false), dayOfTrace(trace)];
    for (const day of days) {
      const what = { ...simulatedOf(planned(ofNumber)), day };
      const { rows, horizonMinutes } = judged;
      expect(margins({ ...drawnBaseline(what, 0), rows, horizonMinutes })).toEqual(margins(judged));
    }
    expect(margins({ ...judged, measures: undefined })).not.toEqual(margins(judged));
  });

  it('are found moved where the judge would find them, which is later than of classes', () => {
    const smallest = (measure: 'score' | undefined) => {
      const { question } = questionOf(planned({ ...ofNumber, measure }));
      const { sizes } = scalesOf(question).find(({ name }) => name === 'predictions')!;
      return sizes[canariesOf(question, STEPS)(seeded(5)).found.predictions ?? sizes.length] ?? 1;
    };
    expect(smallest(undefined)).toBeLessThan(0.03);
    expect(smallest('score')).toBeGreaterThan(0.03);
  });

  it('are what a described endpoint is planned by, where its task is one of numbers', () => {
    const file = join(mkdtempSync(join(tmpdir(), 'plan-')), 'settings.json');
    const measuresOf = (task: string, ...more: readonly string[]) => {
      writeFileSync(file, JSON.stringify({ task }));
      const parsed = parsePlanArguments(['--rpm', '10', '--settings', file, ...more]);
      if (parsed === 'help') throw new Error('help was not asked for');
      return parsed.request.day.measures?.map(({ name }) => name);
    };
    expect(measuresOf('regression')).toEqual(['score']);
    expect(measuresOf('classification')).toBeUndefined();
    expect(measuresOf('regression', '--classes', '0.5,0.5')).toBeUndefined();
  });
});

describe('several measures in a plan', () => {
  const several = { classShares: [0.2, 0.1, 0.2, 0.06, 0.04, 0.4], requestsPerMinute: 1_000 };
  const request = planned(several, { measures: [of('label a', 2), of('label b', 2), of('score', 2)] });
  const answers = ({ rows }: Evidence) =>
    [0, 1, 2, 3, 4, 5].map((at) => rows.reduce((sum, { green }) => sum + (green.classes[at] ?? 0), 0));

  it('keep their shares each, and a regression moves answers within one of them', () => {
    const [good, moved] = [answers(canaryOf(request)), answers(canaryOf(request, { type: 'moved', points: 0.3 }))];
    expect(good[0]! / (good[0]! + good[1]!)).toBeCloseTo(2 / 3, 1);
    expect((moved[1]! - good[1]!) / (good[0]! + good[1]!)).toBeCloseTo(0.3, 1);
    expect(moved[0]! + moved[1]!).toBe(good[0]! + good[1]!);
    expect(moved.slice(2)).toEqual(good.slice(2));
  });

  it('are each the whole of its answers, in what is told of the traffic', () => {
    const shares = trafficOf(request.day, '').classes.map(({ share }) => share);
    for (const from of [0, 2, 4]) expect(shares[from]! + shares[from + 1]!).toBeCloseTo(1, 9);
  });

  it('are tried on the first of which blue gave more than one answer', () => {
    const constant = planned(
      { ...several, classShares: [0.5, 0, 0.3, 0.2] },
      { measures: [of('label a', 2), of('label b', 2)] },
    );
    expect(simulatedOf(constant).classesByFrequency).toEqual([[2, 3], [0]]);
    expect(scalesOf(questionOf(constant).question).map(({ name }) => name)).toContain('predictions');
  });
});
