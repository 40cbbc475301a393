import type { ExpectedShift } from '../evidence';
import { requireAtLeast, requireList, requireObject } from './require';

/** Throws `EvidenceInvalid` unless the shift that verification showed can be true and fits the classes. */
export function checkExpectedShift(expected: ExpectedShift | undefined, classes: number): void {
  if (expected === undefined) return;
  requireObject('expectedShift', expected);
  requireAtLeast('expectedShift.answers', expected.answers, 1);
  requireList('expectedShift.classes', expected.classes, classes, ' (as many as baseline.classNames)');
  expected.classes.forEach((one, index) => {
    requireObject(`expectedShift.classes[${index}]`, one);
    requireAtLeast(`expectedShift.classes[${index}].shift`, one.shift, -1, 1);
    requireAtLeast(`expectedShift.classes[${index}].standardError`, one.standardError, 0, 1);
  });
}
