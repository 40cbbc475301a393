import * as minutes from '../../lambdas/domain/minutes';
import fc from 'fast-check';
import { createHash } from 'node:crypto';
import { executionName, formatModelAddress, parseModelAddress } from '../../lambdas/domain/rollout';
import { goldenScore } from '../../lambdas/domain/wrong-rows';
import { idleVersions } from '../../lambdas/domain/idle-versions';
import { type Look, nextAfterLook } from '../../lambdas/domain/after-look';
import { usableMinutes } from '../../lambdas/steps/judgement/read-baseline';

const { MINUTE_MS } = minutes;
const time = fc.integer({ min: 1_700_000_000_000, max: 1_900_000_000_000 });

it('begins to count at a whole minute, after the shift has reached everybody', () => {
  fc.assert(
    fc.property(time, (at) => {
      const from = minutes.firstWholeMinute(at);
      expect(from % MINUTE_MS).toBe(0);
      expect(from - at).toBeGreaterThanOrEqual(5_000);
      expect(from - at).toBeLessThan(MINUTE_MS + 5_000);
    }),
  );
});

it('never finds a version idle that an alias uses, the target, one in the window or one of the last few', () => {
  const version = fc.integer({ min: 1, max: 12 }).map(String);
  const until = fc.option(
    time.map((at) => new Date(at).toISOString()),
    { nil: undefined },
  );
  const uses = fc.record({
    versions: fc.uniqueArray(version),
    aliased: fc.array(version, { maxLength: 2 }),
    periods: fc.array(fc.record({ version, until })),
    now: time,
    rollbackWindowMs: fc.integer({ min: 0, max: 90 * 86_400_000 }),
    keepVersions: fc.integer({ min: 1, max: 5 }),
    takenBack: fc.constant([]),
  });
  fc.assert(
    fc.property(uses, (use) => {
      const { idle, kept } = idleVersions(use);
      expect([...idle, ...kept.map((one) => one.version)].sort()).toEqual([...use.versions].sort());
      const wereLive = [...new Set(use.periods.map((period) => period.version))];
      const isProtected = (one: string) =>
        use.aliased.includes(one) ||
        wereLive.slice(0, Math.max(2, use.keepVersions)).includes(one) ||
        use.periods.some(
          (period) =>
            period.version === one &&
            (period.until === undefined || Date.parse(period.until) >= use.now - use.rollbackWindowMs),
        );
      expect(idle).toEqual(use.versions.filter((one) => !isProtected(one)));
    }),
  );
});

it('promotes by a pass or an explicit setting alone, after the whole bake, at the last weight', () => {
  const looks: fc.Arbitrary<Look> = fc.record({
    verdict: fc.constantFrom('pass', 'fail', 'continue', 'inconclusive'),
    bakeOver: fc.boolean(),
    heldTooLong: fc.boolean(),
    lastStep: fc.boolean(),
    mayExtend: fc.boolean(),
    withoutProof: fc.constantFrom('abort', 'hold', 'promote'),
    needsApproval: fc.boolean(),
  });
  fc.assert(
    fc.property(looks, (look) => {
      const { next } = nextAfterLook(look);
      if (look.verdict === 'fail') expect(next).toBe('abort');
      if (next !== 'promote') return;
      expect(look).toMatchObject({ bakeOver: true, lastStep: true, needsApproval: false });
      expect(look.verdict === 'pass' || look.withoutProof === 'promote').toBe(true);
    }),
  );
});

it('names an execution as Step Functions allows, and every object version differently', () => {
  const sha = (text: string) => createHash('sha256').update(text).digest('hex');
  const name = (key: string, versionId: string) =>
    executionName({ endpoint: 'a'.repeat(31), bucket: 'b', key, versionId }, 1, sha);
  fc.assert(
    fc.property(fc.string(), fc.string(), (key, versionId) => {
      expect(name(key, versionId)).toMatch(/^[a-z0-9-]{1,80}$/);
      expect(name(key, `${versionId}x`)).not.toBe(name(key, versionId));
    }),
  );
});

it('takes an address apart as it was put together, whatever the key', () => {
  const keys = fc.string({ minLength: 1 }).filter((text) => !text.includes('?versionId='));
  const versionIds = fc.option(fc.stringMatching(/^[A-Za-z0-9._]{1,32}$/), { nil: undefined });
  fc.assert(
    fc.property(keys, versionIds, (key, versionId) => {
      const model = { bucket: 'models-1', key, ...(versionId !== undefined && { versionId }) };
      expect(parseModelAddress(formatModelAddress(model))).toEqual(model);
    }),
  );
});

it('counts a row without an answer as wrong', () => {
  const one = { kind: 'class', value: 1 } as const;
  expect(goldenScore([one, undefined], [1, 1], 'classification')).toMatchObject({ right: 1, accuracy: 0.5 });
  expect(goldenScore([one], ['b'], 'classification', ['a', 'b'])).toMatchObject({ right: 1 });
  const score = { kind: 'score', value: 1 } as const;
  expect(goldenScore([score, undefined], [1, 2], 'regression')).toMatchObject({ rootMeanSquaredError: Infinity });
});

it('ends the evidence before a minute that waits for its data, and leaves it out for good after ten minutes', () => {
  const at = (minute: number) => `2026-11-23T09:${String(minute).padStart(2, '0')}:00.000Z`;
  const counted = (...all: readonly number[]) => all.map((minute) => ({ minute: at(minute) })) as never;
  const reading = { minutes: counted(1, 2, 4), incomplete: [{ minute: at(3), why: 'late' }], queries: [] };
  expect(usableMinutes(reading, [], Date.parse(at(10)))).toEqual({ minutes: counted(1, 2), leftOut: [], waiting: 2 });
  const given = usableMinutes(reading, [], Date.parse(at(14)));
  expect(given).toEqual({ minutes: counted(1, 2, 4), leftOut: reading.incomplete, waiting: 0 });
  const late = { ...reading, minutes: counted(3), incomplete: [] };
  expect(usableMinutes(late, given.leftOut, Date.parse(at(15))).minutes).toEqual([]);
});
