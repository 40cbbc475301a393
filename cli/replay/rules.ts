import * as z from 'zod';
import { endpointSettingsSchema } from '../../lambdas/contract/endpoint-settings';
import { problems } from '../../lambdas/contract/problems';
import { gatesOf, type JudgeSettings, judgeSettingsSchema } from '../../lambdas/domain/gates/gates';
import type { LatencyMargins } from '../../lambdas/domain/latency-thresholds';
import type { Trace, TraceSide } from '../../lambdas/domain/trace/trace';
import { judgeSettings } from '../../lambdas/steps/judgement/kept-judgement';
import { ArgumentsInvalid } from '../../tools/arguments-invalid';
import { namedJson } from '../../tools/named-file';

/** What a trace is judged by. */
export interface ReplayRules {
  readonly settings: JudgeSettings;
  /** Of the thresholds of a trace that keeps none; undefined when the latency gate is off. */
  readonly margins: LatencyMargins | undefined;
  readonly from: 'config' | 'trace' | 'defaults';
}

export type RulesFor = (trace: Trace) => ReplayRules;

/** A whole endpoint's settings may be given; the judge needs a few of them. */
const configSchema = endpointSettingsSchema
  .extend({ name: endpointSettingsSchema.shape.name.default('replay'), minimumMinutes: z.int().min(0).optional() })
  .strict();

/** With a config file, its settings for every trace; else what the trace keeps, else an endpoint's defaults. */
export function rulesFrom(file: string | undefined): RulesFor {
  const config = configOf(file);
  const { latency } = config.gates;
  const margins = latency === false ? undefined : latency;
  return (trace) => {
    if (file === undefined && trace.settings !== undefined) return { settings: trace.settings, margins, from: 'trace' };
    const settings = judgeSettings(config, config.minimumMinutes ?? trace.horizonMinutes);
    return { settings: asCounted(settings, trace), margins, from: file === undefined ? 'defaults' : 'config' };
  };
}

/** Where what a gate needs was not counted, as labels where accuracy was not judged, nothing can be proven of it. */
function asCounted(settings: JudgeSettings, { rows }: Trace): JudgeSettings {
  const uncounted = gatesOf(settings.gates).filter(
    ({ present }) => present !== undefined && !rows.some(({ green }) => present(withSlow(green))),
  );
  return {
    ...settings,
    gates: { ...settings.gates, ...Object.fromEntries(uncounted.map(({ name }) => [name, false])) },
  };
}

/** Whatever a gate needs, it is not what bins stand for. */
const withSlow = (side: TraceSide) => ({ ...side, durations: side.durations ?? 0, slow: side.slow ?? [] });

function configOf(file: string | undefined): z.output<typeof configSchema> {
  if (file === undefined) return configSchema.parse({});
  const value = namedJson('--config', file, 'a JSON file with endpoint settings');
  const parsed = configSchema.safeParse(value);
  // What is inside its limits one by one may not fit together.
  const together = parsed.data && judgeSettingsSchema.safeParse(judgeSettings(parsed.data, 0));
  if (parsed.success && together?.success) return parsed.data;
  const error = parsed.error ?? together?.error ?? new z.ZodError([]);
  throw new ArgumentsInvalid(
    problems(error, '', value)
      .map((line) => `--config ${file}: ${line}`)
      .join('\n'),
  );
}
