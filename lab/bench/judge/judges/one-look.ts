import { endpointSettingsSchema } from '../../../../lambdas/contract/endpoint-settings';
import type { Evidence } from '../../../../lambdas/domain/evidence';
import { judge } from '../../../../lambdas/domain/judge/judge';
import type { JudgeSettings } from '../../../../lambdas/domain/gates/gates';
import type { Judgement } from '../../../../lambdas/domain/judge/judgement';
import { evidenceOfTrace } from '../../../../lambdas/domain/trace/evidence-of-trace';
import type { TraceSide } from '../../../../lambdas/domain/trace/trace';
import { judgeSettings } from '../../../../lambdas/steps/judgement/kept-judgement';
import { seeded } from '../../../../simulator/draws';
import { PLAIN, PLANNED_MINUTES } from '../simulate/setting';
import { simulate } from '../simulate/simulate';
import { traceOf } from './trace-of';

const CLASSES = 10;

/** Every gate that there is: the defaults, and one counter of the user's own. */
const SETTINGS = endpointSettingsSchema.parse({
  name: 'benchmark',
  gates: {
    custom: [{ name: 'fallbacks', events: { namespace: 'N', metric: 'Fallbacks', dimensions: { v: '{version}' } } }],
  },
});

/** An hour of 1,000 requests a minute for a look that leaves nothing out. */
export function oneLook(): {
  readonly evidence: Evidence;
  readonly settings: JudgeSettings;
  readonly look: () => Judgement;
} {
  const trace = traceOf(simulate({ ...PLAIN, ratePerMin: 1_000, weight: 0.1, baselineErrorRate: 0.01 }, seeded(1)));
  const { latency } = SETTINGS.gates;
  const evidence = evidenceOfTrace(
    {
      ...trace,
      classNames: Array.from({ length: CLASSES }, (_, index) => `class${index}`),
      baseline: trace.baseline.map((row) => ({ ...row, blue: withEverything(row.blue) })),
      rows: trace.rows.map((row) => ({ ...row, blue: withEverything(row.blue), green: withEverything(row.green) })),
    },
    latency === false ? undefined : latency,
  );
  const settings = judgeSettings(SETTINGS, PLANNED_MINUTES);
  return { evidence, settings, look: () => judge(evidence, settings) };
}

/** The answers shared out over all classes; what fails is counted as throttled and as the user's own event as well. */
function withEverything(side: TraceSide): TraceSide {
  const answers = side.invocations - side.errors;
  const each = Math.floor(answers / CLASSES);
  const classes = Array.from({ length: CLASSES }, (_, index) => (index === 0 ? answers - (CLASSES - 1) * each : each));
  return { ...side, classes, throttles: side.errors, custom: [{ events: side.errors, requests: side.invocations }] };
}
