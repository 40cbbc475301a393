import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseTrace } from '../../../lambdas/contract/kept-evidence';
import { withBlueInBins } from '../../../lambdas/domain/trace/bins';
import type { Calibration } from '../../../cli/replay/calibrate/calibrate-trace';
import { poolOf } from '../../../cli/replay/calibrate/pool';
import { seeded } from '../../../simulator/draws';
import { splitter } from '../../../cli/replay/calibrate/split-side';
import { wilson } from '../../../cli/replay/calibrate/wilson';
import { runReplay } from '../../../cli/replay/run-replay';
import { traces } from '../../judge/trace';
import { smallTrace } from './small-trace';

const binnedTrace = (value: unknown, file: string) => withBlueInBins(parseTrace(value, file));

/**
 * The first quarter of an hour of a recorded canary whose green fails five times as often: 15 minutes are judged
 * faster.
 */
const recorded = traces().find(({ id }) => id.startsWith('040'));
const TRACE = join(mkdtempSync(join(tmpdir(), 'calibrate-')), 'quarter.json');
writeFileSync(TRACE, JSON.stringify({ ...recorded, horizonMinutes: 15, rows: recorded?.rows.slice(0, 15) }));

function calibrate(...argv: readonly string[]): string {
  const out: string[] = [];
  const code = runReplay([...argv, '--calibrate'], { out: (text) => out.push(text), note: (text) => out.push(text) });
  if (code !== 0) throw new Error(out.join('\n'));
  return out.join('\n');
}

describe('blue judged against itself', () => {
  const text = calibrate(TRACE, '--runs', '20', '--seed', '7', '--json');
  const [result] = JSON.parse(text) as Calibration[];

  it('is the same with the same seed, and another draw with another', () => {
    expect(calibrate(TRACE, '--runs', '20', '--seed', '7', '--json')).toBe(text);
    const split = (seed: number) => poolOf([50, 50]).pick(50, seeded(seed));
    expect(split(1)).toEqual(split(1));
    expect(new Set([1, 2, 3, 4, 5, 6].map((seed) => split(seed)[0])).size).toBeGreaterThan(1);
  });

  it('stops hardly ever, though the trace itself is of a green that was stopped', () => {
    expect(result?.falseStops.sameMinute.count).toBe(0);
    expect(result?.falseStops.sameMinute).toMatchObject({ of: 20, low: 0 });
    expect(result?.falseStops.sameMinute.high).toBeCloseTo(0.161, 3);
    expect(result?.minutes).toBe(15);
  });

  it('tells the smallest regressions that are found at this traffic', () => {
    const { errors, latency, predictions } = result?.smallestFound ?? {};
    expect(errors?.size).toBeGreaterThanOrEqual(0.005);
    expect(errors?.size).toBeLessThanOrEqual(0.05);
    expect(latency?.size).toBeGreaterThan(1.05);
    expect(latency?.size).toBeLessThan(1.5);
    expect(predictions?.size).toBeGreaterThan(0.01);
    expect(predictions?.size).toBeLessThanOrEqual(0.2);
  });

  it('says that a split at random has no noise of versions, and what it found', () => {
    const words = calibrate(TRACE, '--runs', '10');
    expect(words).toContain('each minute split at random         0 of 10 runs, 0 % (95 % interval 0 % to 27.8 %)');
    expect(words).toContain('removes what sets two versions apart by chance');
    expect(words).toMatch(/errors +[\d.]+ % of requests fail that would not/);
  });

  it('takes the later half of a baseline where there are no rows', () => {
    const side = { invocations: 100, errors: 0, latency: [[0, 100]], classes: [50, 50] };
    const baseline = Array.from({ length: 20 }, (_, index) => ({ t: index - 20, blue: side }));
    const path = join(mkdtempSync(join(tmpdir(), 'calibrate-')), 'blue.json');
    writeFileSync(path, JSON.stringify({ ...smallTrace(), horizonMinutes: 60, baseline, rows: [] }));
    const [blueAlone] = JSON.parse(calibrate(path, '--runs', '10', '--json')) as Calibration[];
    expect(blueAlone).toMatchObject({ minutes: 10, requestsPerMinute: 100 });
  });
});

describe('the split of a side', () => {
  const trace = binnedTrace(smallTrace(), 'small');
  const side = { ...trace.rows[0]!.blue, throttles: 3, custom: [{ events: 2, requests: 10 }] };

  it('loses no request, error, duration, answer or throttle, and is a side of which sums hold', () => {
    const split = splitter(side, trace);
    const random = seeded(3);
    for (let run = 0; run < 200; run++) {
      const { part, rest } = split(0.4, random);
      for (const field of ['invocations', 'errors', 'throttles'] as const)
        expect(part[field] + rest[field]).toBe(side[field]);
      const rows = [{ ...trace.rows[0]!, blue: rest, green: part }];
      expect(() => binnedTrace({ ...trace, rows, baseline: [] }, 'split')).not.toThrow();
    }
  });

  it('times no more requests than it draws, where only some were timed', () => {
    const split = splitter({ ...side, latency: [[2, 8]] }, trace);
    const random = seeded(5);
    for (let run = 0; run < 200; run++) {
      const { part, rest } = split(0.5, random);
      for (const one of [part, rest]) expect(one.latency[0]?.[1] ?? 0).toBeLessThanOrEqual(one.invocations);
    }
  });

  it('draws each request with the same chance', () => {
    const split = splitter(side, trace);
    const random = seeded(4);
    const totals = { invocations: 0, errors: 0, cats: 0, slow: 0 };
    for (let run = 0; run < 4000; run++) {
      const { part } = split(0.25, random);
      totals.invocations += part.invocations;
      totals.errors += part.errors;
      totals.cats += part.classes[0] ?? 0;
      totals.slow += part.latency.find(([bin]) => bin === 2)?.[1] ?? 0;
    }
    // Means 2.5, 0.25, 1.25 and 1.5; four standard errors are at most 0.087.
    expect(Math.abs(totals.invocations / 4000 - 2.5)).toBeLessThan(0.09);
    expect(Math.abs(totals.errors / 4000 - 0.25)).toBeLessThan(0.03);
    expect(Math.abs(totals.cats / 4000 - 1.25)).toBeLessThan(0.07);
    expect(Math.abs(totals.slow / 4000 - 1.5)).toBeLessThan(0.07);
  });
});

it("gives Wilson's interval", () => {
  // Newcombe (1998, Statistics in Medicine 17, table I): 81 of 263 is 0.2553 to 0.3662.
  expect(wilson(81, 263).low).toBeCloseTo(0.2553, 4);
  expect(wilson(81, 263).high).toBeCloseTo(0.3662, 4);
});
