import type { Evidence } from '../evidence';
import type { JudgeSettings } from '../judgement';
import { checkBaseline } from './check-baseline';
import { checkExpectedShift } from './check-expected-shift';
import { checkMinutes } from './check-minutes';
import { checkSettings } from './check-settings';
import { requireObject, requireWholeBetween } from './require';

/** Throws `EvidenceInvalid`, naming field, value and limit, for input that cannot be true. */
export function checkSound(evidence: Evidence, settings: JudgeSettings): void {
  checkSettings(settings);
  requireObject('evidence', evidence);
  requireObject('baseline', evidence.baseline);
  const lengths = {
    thresholds: evidence.baseline.thresholds,
    classNames: evidence.baseline.classNames,
    customGates: settings.gates.custom?.length ?? 0,
  };
  checkBaseline(evidence.baseline, lengths);
  requireWholeBetween('plannedMinutes', evidence.plannedMinutes, 1, Number.MAX_SAFE_INTEGER);
  checkMinutes(evidence.minutes, lengths);
  checkExpectedShift(evidence.expectedShift, evidence.baseline.classNames.length);
}
