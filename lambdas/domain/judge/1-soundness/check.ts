import type { Evidence } from '../evidence';
import type { JudgeSettings } from '../judgement';
import { checkBaseline } from './check-baseline';
import { checkMinutes } from './check-minutes';
import { checkSettings } from './check-settings';
import { requireObject, requireWholeBetween } from './require';

/** Throws `EvidenceInvalid`, naming field, value and limit, for input that cannot be true. */
export function checkSound(evidence: Evidence, settings: JudgeSettings): void {
  checkSettings(settings);
  requireObject('evidence', evidence);
  checkBaseline(evidence.baseline);
  requireWholeBetween('plannedMinutes', evidence.plannedMinutes, 1, Number.MAX_SAFE_INTEGER);
  checkMinutes(evidence.minutes, evidence.baseline);
}
