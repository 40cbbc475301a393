import { judgeSettings } from '../../../../lambdas/steps/judging/judge-settings';
import { endpointSettingsSchema } from '../../../../lambdas/contract/endpoint-settings';
import { judge } from '../../../../lambdas/domain/judge/judge';
import { evidenceOfTrace } from '../../../../lambdas/domain/trace/evidence-of-trace';
import { LIMITED, WITHOUT_LIMIT } from '../cells/all';
import { ALPHA } from '../limits/bounds';
import { PLANNED_MINUTES } from '../simulate/setting';
import type { Entry } from './entry';
import { stopsAt } from './stops-at';
import { traceOf } from './trace-of';

/** The shipped defaults, and nothing else. */
const SETTINGS = endpointSettingsSchema.parse({ name: 'benchmark' });
const { latency } = SETTINGS.gates;

const stopAt = stopsAt((canary) => {
  const evidence = evidenceOfTrace(traceOf(canary), latency === false ? undefined : latency);
  return judge(evidence, judgeSettings(SETTINGS, PLANNED_MINUTES)).logEvidence;
});

/** This project's judge with the limit that is shipped, and with a looser one, which the limits are not for. */
export const OUR_JUDGES: readonly Entry[] = [
  { judge: { name: 'Greenlight', stopMinute: stopAt(ALPHA) }, suites: LIMITED, everyNth: 1, falseAlarmRate: ALPHA },
  {
    judge: { name: 'Greenlight 0.05', stopMinute: stopAt(0.05) },
    suites: WITHOUT_LIMIT,
    everyNth: 1,
    falseAlarmRate: 0.05,
  },
];
