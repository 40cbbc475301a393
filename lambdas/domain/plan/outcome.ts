import { judge } from '../judge/judge';
import type { Evidence } from '../judge/evidence';
import type { GateName, JudgeSettings } from '../judge/judgement';

/** How a canary ends, as far as the judge decides it. Minutes are counted ones, 1 for the first. */
export type CanaryOutcome =
  | { readonly ends: 'stopped'; readonly minute: number; readonly gate: GateName | undefined }
  | { readonly ends: 'passed'; readonly extended: boolean }
  | { readonly ends: 'inconclusive'; readonly gate: GateName | undefined };

/**
 * The looks of a rollout in two: `fail` at whichever minute stands, `pass` counts at the end of the bake, and at the end
 * of the extension when that was needed. Evidence holds the extension's minutes as well.
 */
export function outcomeOf(evidence: Evidence, settings: JudgeSettings): CanaryOutcome {
  const { minutes, plannedMinutes } = evidence;
  const whole = judge(evidence, settings);
  const stopped = { ends: 'stopped', minute: whole.decidedAtMinute ?? 0, gate: whole.gate } as const;
  if (whole.decidedAtMinute !== undefined && whole.decidedAtMinute <= plannedMinutes) return stopped;
  if (minutes.length > plannedMinutes) {
    const bake = judge({ ...evidence, minutes: minutes.slice(0, plannedMinutes) }, settings);
    if (bake.verdict === 'pass') return { ends: 'passed', extended: false };
  }
  if (whole.decidedAtMinute !== undefined) return stopped;
  return whole.verdict === 'pass'
    ? { ends: 'passed', extended: minutes.length > plannedMinutes }
    : { ends: 'inconclusive', gate: whole.gate };
}
