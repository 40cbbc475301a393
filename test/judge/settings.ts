import type * as z from 'zod';
import { endpointSettingsSchema } from '../../lambdas/contract/endpoint-settings';
import { type JudgeSettings, judgeSettingsSchema } from '../../lambdas/domain/gates/gates';
import { judgeSettings } from '../../lambdas/steps/judgement/kept-judgement';

/** An endpoint that names nothing but itself. */
const shipped = endpointSettingsSchema.parse({ name: 'shipped' });

const ofBake = judgeSettings(shipped, 15);

/** The shipped defaults, for a bake of 15 minutes, of the gates that decide. */
export const settings: JudgeSettings = { ...ofBake, gates: { ...ofBake.gates, memory: false } };

/** The shipped margins of the latency gate, which are in the thresholds. */
export const latencyMargins = shipped.gates.latency === false ? undefined : shipped.gates.latency;

/** The same with one gate left on. */
export const onlyGate = (gate: Exclude<keyof JudgeSettings['gates'], 'custom'>): JudgeSettings => ({
  ...settings,
  gates: { [gate]: settings.gates[gate] },
});

/** Gates with these settings and the shipped ones beside; what is not named is off. */
export const gatesOn = (gates: z.input<typeof judgeSettingsSchema.shape.gates>): JudgeSettings['gates'] =>
  judgeSettingsSchema.shape.gates.parse(gates);
