import type { JudgeSettings, Margin, RateGateSettings } from '../judgement';
import { requireAtLeast, requireCount, requireInside, requireList, requireObject } from './require';

/** Throws `EvidenceInvalid` unless the settings mean something: rates inside (0, 1), harm no milder than the tolerance. */
export function checkSettings(settings: JudgeSettings): void {
  requireObject('settings', settings);
  requireInside('settings.falseAlarmRate', settings.falseAlarmRate, 0, 1);
  requireInside('settings.missRate', settings.missRate, 0, 1);
  requireCount('settings.minimumMinutes', settings.minimumMinutes);
  requireObject('settings.gates', settings.gates);
  const { errors, predictions, throttles, accuracy, custom = [] } = settings.gates;
  if (errors) checkRateGate('settings.gates.errors', errors);
  if (throttles) checkRateGate('settings.gates.throttles', throttles);
  if (accuracy) {
    checkRateGate('settings.gates.accuracy', accuracy);
    requireCount('settings.gates.accuracy.minLabels', accuracy.minLabels);
    requireAtLeast('settings.gates.accuracy.minLabels', accuracy.minLabels, 1);
  }
  requireList('settings.gates.custom', custom);
  custom.forEach((one, index) => checkRateGate(`settings.gates.custom[${index}]`, one));
  if (predictions) {
    requireAtLeast('settings.gates.predictions.tolerancePoints', predictions.tolerancePoints, 0, 1);
    requireAtLeast('settings.gates.predictions.harmPoints', predictions.harmPoints, predictions.tolerancePoints, 1);
  }
}

function checkRateGate(field: string, gate: RateGateSettings): void {
  requireObject(field, gate);
  checkMargin(`${field}.tolerance`, gate.tolerance, { ratio: 1, points: 0 });
  checkMargin(`${field}.harm`, gate.harm, gate.tolerance);
}

function checkMargin(field: string, margin: Margin, least: Margin): void {
  requireObject(field, margin);
  requireAtLeast(`${field}.ratio`, margin.ratio, least.ratio);
  requireAtLeast(`${field}.points`, margin.points, least.points, 1);
}
