import type { JudgeSettings, Margin } from '../judgement';
import { requireAtLeast, requireCount, requireInside, requireObject } from './require';

/** Throws `EvidenceInvalid` unless the settings mean something: rates inside (0, 1), harm no milder than the tolerance. */
export function checkSettings(settings: JudgeSettings): void {
  requireObject('settings', settings);
  requireInside('settings.falseAlarmRate', settings.falseAlarmRate, 0, 1);
  requireInside('settings.missRate', settings.missRate, 0, 1);
  requireCount('settings.minimumMinutes', settings.minimumMinutes);
  requireObject('settings.gates', settings.gates);
  const { errors, predictions } = settings.gates;
  if (errors) {
    checkMargin('settings.gates.errors.tolerance', errors.tolerance, { ratio: 1, points: 0 });
    checkMargin('settings.gates.errors.harm', errors.harm, errors.tolerance);
  }
  if (predictions) {
    requireAtLeast('settings.gates.predictions.tolerancePoints', predictions.tolerancePoints, 0, 1);
    requireAtLeast('settings.gates.predictions.harmPoints', predictions.harmPoints, predictions.tolerancePoints, 1);
  }
}

function checkMargin(field: string, margin: Margin, least: Margin): void {
  requireObject(field, margin);
  requireAtLeast(`${field}.ratio`, margin.ratio, least.ratio);
  requireAtLeast(`${field}.points`, margin.points, least.points, 1);
}
