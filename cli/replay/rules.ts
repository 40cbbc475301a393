import * as z from 'zod';
import { endpointSettingsSchema } from '../../lambdas/contract/endpoint-settings';
import { problems } from '../../lambdas/contract/problems';
import type { JudgeSettings } from '../../lambdas/domain/judge/judgement';
import type { LatencyMargins } from '../../lambdas/domain/latency-thresholds';
import type { Trace } from '../../lambdas/domain/trace/trace';
import { judgeSettings } from '../../lambdas/steps/judgement/judge-settings';
import { InputRefused } from './input-refused';
import { jsonOf } from './read-traces';

/** What a trace is judged by. */
export interface Rules {
  readonly settings: JudgeSettings;
  /** Of the thresholds of a trace that keeps none; undefined when the latency gate is off. */
  readonly margins: LatencyMargins | undefined;
  readonly from: 'config' | 'trace' | 'defaults';
}

export type RulesFor = (trace: Trace) => Rules;

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

/** Labels are counted only where accuracy is judged: where nobody counted them, nothing could ever be proven of them. */
function asCounted(settings: JudgeSettings, { rows }: Trace): JudgeSettings {
  if (rows.some(({ green }) => green.labelled !== undefined)) return settings;
  const { errors, latency, predictions, throttles, custom } = settings.gates;
  return {
    ...settings,
    gates: {
      ...(errors && { errors }),
      ...(latency && { latency }),
      ...(predictions && { predictions }),
      ...(throttles && { throttles }),
      ...(custom && { custom }),
    },
  };
}

function configOf(file: string | undefined): z.output<typeof configSchema> {
  if (file === undefined) return configSchema.parse({});
  const value = jsonOf(file);
  const parsed = configSchema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw new InputRefused(
    problems(parsed.error, '', value)
      .map((line) => `--config ${file}: ${line}`)
      .join('\n'),
  );
}
