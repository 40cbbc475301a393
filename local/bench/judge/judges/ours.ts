import { judgeSettings } from '../../../../lambdas/steps/judging/judge-settings';
import { endpointSettingsSchema } from '../../../../lambdas/contract/endpoint-settings';
import { judge } from '../../../../lambdas/domain/judge/judge';
import { evidenceOfTrace } from '../../../../lambdas/domain/trace/evidence-of-trace';
import { parseTrace } from '../../../../lambdas/contract/trace';
import type { Canary } from '../simulate/canary';
import { CANARY_MINUTES } from '../simulate/setting';
import { toTrace } from '../simulate/trace';
import type { Entry } from './entry';

/** The shipped defaults, and nothing else. */
const SETTINGS = endpointSettingsSchema.parse({ name: 'benchmark' });
const { latency } = SETTINGS.gates;

/** The judge's log evidence per minute; judges that differ in their limit alone share it. */
const evidencePerMinute = new WeakMap<Canary, readonly number[]>();

function logEvidenceOf(canary: Canary): readonly number[] {
  const known = evidencePerMinute.get(canary);
  if (known) return known;
  const trace = parseTrace(toTrace(canary, 'simulated', 'simulated'), 'simulated');
  const evidence = evidenceOfTrace(trace, latency === false ? undefined : latency);
  const { logEvidence } = judge(evidence, judgeSettings(SETTINGS, CANARY_MINUTES));
  evidencePerMinute.set(canary, logEvidence);
  return logEvidence;
}

const at = (name: string, falseAlarmRate: number): Entry => ({
  judge: {
    name,
    stopMinute: (canary) => {
      const limit = Math.log(1 / falseAlarmRate);
      const index = logEvidenceOf(canary).findIndex((value) => value >= limit);
      return index < 0 ? undefined : index + 1;
    },
  },
  suites: ['flat', 'trend', 'incidents', 'found', 'violations'],
  everyNth: 1,
  falseAlarmRate,
});

/** This project's judge with the limit that is shipped, and with a looser one. */
export const OUR_JUDGES: readonly Entry[] = [at('Greenlight', 0.01), at('Greenlight 0.05', 0.05)];
