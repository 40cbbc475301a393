import type { EndpointSettings } from '../../lambdas/contract/endpoint-settings';
import { gatesOf } from '../../lambdas/domain/gates/gates';
import { GATE_NAMES, type GateName } from '../../lambdas/domain/gates/names';
import type { BlueDay } from '../../lambdas/domain/plan/blue-day';
import type { Plan } from './plan';
import { blueSum, type PlanQuestion } from '../../lambdas/domain/plan/question';
import type { Strategy } from '../../lambdas/domain/strategy';
import { judgeSettings } from '../../lambdas/steps/judgement/kept-judgement';

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

/**
 * Gates without anything to count could never be proven harmless, and every canary would end inconclusive: they are
 * left out.
 */
export function questionOf({ settings, day, seed }: PlanRequest): {
  readonly question: PlanQuestion;
  readonly notCounted: Plan['notCounted'];
} {
  const { custom } = settings.gates;
  const blue = blueSum(
    day,
    custom.map(({ name }) => `custom:${name}`),
  );
  const off: Plan['notCounted'] = GATE_NAMES.filter((gate) => settings.gates[gate] === false).map((gate) => ({
    gate,
    why: 'it is switched off',
  }));
  const missing = gatesOf(settings.gates).flatMap(({ name, mode, planned }): Plan['notCounted'] => {
    const why = mode === 'observe' ? 'it is only observed' : planned.lacks(blue);
    return why === undefined ? [] : [{ gate: name, why }];
  });
  const lacks = (gate: GateName) => missing.some((one) => one.gate === gate);
  const counted = custom.map(({ name }) => !lacks(`custom:${name}`));
  const left: EndpointSettings = {
    ...settings,
    gates: {
      ...settings.gates,
      ...Object.fromEntries(GATE_NAMES.filter(lacks).map((name) => [name, false])),
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
