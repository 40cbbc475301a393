import type { EndpointSettings } from '../../lambdas/contract/endpoint-settings';
import { GATE_NAMES as BUILT_IN_GATES, type GateName } from '../../lambdas/domain/judge/judgement';
import { type BlueDay, sumOf } from '../../lambdas/domain/plan/blue-day';
import type { Plan } from '../../lambdas/domain/plan/plan';
import type { Question } from '../../lambdas/domain/plan/question';
import type { Strategy } from '../../lambdas/domain/strategy';
import { judgeSettings } from '../../lambdas/steps/judgement/judge-settings';

/** What a person asks: these settings and this strategy, at this traffic. */
export interface PlanRequest {
  readonly settings: EndpointSettings;
  /** The built-in model server; a user's own function has no metrics of its own. */
  readonly builtIn: boolean;
  readonly strategy: Strategy;
  readonly day: BlueDay;
  /** Where the day comes from, in words. */
  readonly source: string;
  readonly seed: number;
  readonly effort: 'usual' | 'quick';
}

/** Gates without anything to count could never be proven harmless, and every canary would end inconclusive: they are left out. */
export function questionOf({ settings, day, seed }: PlanRequest): {
  readonly question: Question;
  readonly notCounted: Plan['notCounted'];
} {
  const whole = sumOf(day.minutes);
  const answers = whole.classes.reduce((sum, count) => sum + count, 0);
  const { custom, ...gates } = settings.gates;
  const counted = custom.map((_, index) => (whole.custom[index]?.requests ?? 0) > 0);
  const off: Plan['notCounted'] = BUILT_IN_GATES.filter((gate) => gates[gate] === false).map((gate) => ({
    gate,
    why: 'it is switched off',
  }));
  const missing: { readonly gate: GateName; readonly why: string }[] = [
    ...(gates.latency !== false && (whole.durations === 0 || day.edgesMs.length === 0)
      ? [{ gate: 'latency' as const, why: 'no durations are known' }]
      : []),
    ...(gates.predictions !== false && answers === 0
      ? [{ gate: 'predictions' as const, why: 'no answers per class are known' }]
      : []),
    ...(gates.accuracy === false
      ? []
      : [{ gate: 'accuracy' as const, why: 'labels that users send are not simulated' }]),
    ...custom
      .filter((_, index) => !counted[index])
      .map(({ name }): Plan['notCounted'][number] => ({ gate: `custom:${name}`, why: 'its counters counted nothing' })),
  ];
  const lacks = (gate: GateName) => missing.some((one) => one.gate === gate);
  const left: EndpointSettings = {
    ...settings,
    gates: {
      ...gates,
      ...(lacks('latency') && { latency: false as const }),
      ...(lacks('predictions') && { predictions: false as const }),
      custom: custom.filter((_, index) => counted[index]),
    },
  };
  const only = <T>(values: readonly T[]) => values.filter((_, index) => counted[index]);
  const { latency } = left.gates;
  return {
    question: {
      day: { ...day, minutes: day.minutes.map((minute) => ({ ...minute, custom: only(minute.custom) })) },
      judge: judgeSettings(left, 0),
      margins: latency === false ? undefined : latency,
      extendMinutes: settings.onInsufficientEvidence.extendMinutes,
      seed,
    },
    notCounted: [...off, ...missing],
  };
}
