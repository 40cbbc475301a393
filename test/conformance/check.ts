import { stripVTControlCharacters } from 'node:util';
import type { Aws } from './aws';
import { DIFFERENCES, type Place } from './differences';
import type { Expectation } from './expectation';

/** A known difference that is none any more. */
class NoLongerDiffers extends Error {
  override readonly name = 'NoLongerDiffers';
}

/** A place that differs otherwise than it is known to. */
class DiffersOtherwise extends Error {
  override readonly name = 'DiffersOtherwise';
}

/** The row of a known difference, where there is one. */
export const differenceOf = (place: Place, { name }: Expectation) =>
  DIFFERENCES.find((row) => row.expectation === name && row.where.includes(place));

/** Checks an expectation in a place: it holds, or it fails in the way that the table of differences says. */
export async function checkIn(place: Place, expectation: Expectation, aws: Aws): Promise<void> {
  const row = differenceOf(place, expectation);
  if (!row) return expectation.check(aws);
  const failure = await expectation.check(aws).then(
    () => undefined,
    (error: unknown) =>
      stripVTControlCharacters(error instanceof Error ? `${error.name}: ${error.message}` : String(error)),
  );
  const which = `the row of "${expectation.name}" in test/conformance/differences.ts`;
  if (failure === undefined) throw new NoLongerDiffers(`${place} no longer differs: remove ${place} from ${which}`);
  if (!row.seen.test(failure))
    throw new DiffersOtherwise(`${place} differs otherwise than ${which} says (${String(row.seen)}):\n${failure}`);
}
