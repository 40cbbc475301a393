import type { JudgeSettings } from '../../lambdas/domain/judge/judgement';

/** The defaults of an endpoint, all three gates on. */
export const settings: JudgeSettings = {
  falseAlarmRate: 0.01,
  missRate: 0.05,
  minimumMinutes: 15,
  gates: {
    errors: { tolerance: { ratio: 1.1, points: 0.0005 }, harm: { ratio: 1.5, points: 0.005 } },
    latency: {},
    predictions: { tolerancePoints: 0.01, harmPoints: 0.05 },
  },
};
