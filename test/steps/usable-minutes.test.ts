import type { EvidenceMinute } from '../../lambdas/domain/evidence';
import type { IncompleteMinute, MinutesReading } from '../../lambdas/adapters/cloudwatch/minutes';
import { usableMinutes } from '../../lambdas/steps/judgement/read-baseline';

const MINUTE = 60_000;
const at = (minute: number): string => new Date(Date.UTC(2026, 10, 23, 9, minute)).toISOString();
const late = (minute: number, why = 'durations missing for version 8'): IncompleteMinute => ({
  minute: at(minute),
  why,
});

function reading(counted: readonly number[], incomplete: readonly IncompleteMinute[]): MinutesReading {
  const nothing = {} as EvidenceMinute['blue'];
  const minutes = counted.map((minute) => ({ minute: at(minute), weight: 10, blue: nothing, green: nothing }));
  return { minutes, incomplete, queries: [] };
}

/** A look `minutes` minutes after nine. */
const look = (minutes: number, read: MinutesReading, before: readonly IncompleteMinute[] = []) => {
  const { minutes: used, leftOut, waiting } = usableMinutes(read, before, Date.parse(at(0)) + minutes * MINUTE);
  return { used: used.map(({ minute }) => minute), leftOut, waiting };
};

describe('a minute whose data has not all arrived', () => {
  it('waits, and every later minute behind it', () => {
    expect(look(8, reading([0, 1, 3, 4], [late(2)]))).toEqual({ used: [at(0), at(1)], leftOut: [], waiting: 3 });
  });

  it('is left out ten minutes after its end, with the reason, and holds up no other any more', () => {
    const read = reading([0, 1, 3, 4], [late(2)]);
    expect(look(12.9, read).leftOut).toEqual([]);
    expect(look(13, read)).toEqual({ used: [at(0), at(1), at(3), at(4)], leftOut: [late(2)], waiting: 0 });
  });

  it('stays left out, whatever comes of it later: no one may choose by what it holds', () => {
    const read = reading([0, 1, 2, 3, 4], []);
    expect(look(20, read, [late(2)])).toEqual({ used: [at(0), at(1), at(3), at(4)], leftOut: [late(2)], waiting: 0 });
  });

  it('keeps the reason for which it was left out', () => {
    const again = reading([0], [late(1, 'model metrics missing for version 8')]);
    expect(look(30, again, [late(1)]).leftOut).toEqual([late(1)]);
  });

  it('lets the rest wait again when another one follows', () => {
    const read = reading([0, 3, 5], [late(1), late(4)]);
    expect(look(13, read)).toEqual({ used: [at(0), at(3)], leftOut: [late(1)], waiting: 2 });
  });
});
