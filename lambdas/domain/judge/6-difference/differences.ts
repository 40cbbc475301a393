import { judgeGates } from '../../gates/gates';
import { leadingCounter } from '../4-verdict/leading';
import type { Evidence } from '../../evidence';
import type { GateName } from '../../gates/names';
import type { JudgeSettings } from '../../gates/gates';
import { differenceBounds, type Bounds } from './bounds';

export interface GateDifference extends Bounds {
  readonly gate: GateName;
  /** What the rates count, in words. */
  readonly counts: string;
  /** Each end holds with this confidence, at all looks at once. */
  readonly confidence: number;
}

/**
 * For reports: by how much green's rate differs from blue's on each gate's leading counter, with bounds that hold at
 * every look. It takes longer than a judgement (two bisections a gate), so it is asked for once, when a rollout has ended.
 */
export function differences(evidence: Evidence, settings: JudgeSettings): GateDifference[] {
  return judgeGates(evidence, settings).flatMap((gate) => {
    const counter = leadingCounter(gate, evidence.rows.length);
    if (counter === undefined || evidence.rows.length === 0) return [];
    return [
      {
        gate: gate.gate,
        counts: counter.words.counts,
        confidence: 1 - settings.falseAlarmRate,
        ...differenceBounds(counter.minutes, counter.history, settings.falseAlarmRate),
      },
    ];
  });
}
