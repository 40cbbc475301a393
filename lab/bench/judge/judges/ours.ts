import { judgeSettings } from '../../../../lambdas/steps/judgement/kept-judgement';
import { endpointSettingsSchema } from '../../../../lambdas/contract/endpoint-settings';
import type { Evidence } from '../../../../lambdas/domain/evidence';
import { judge } from '../../../../lambdas/domain/judge/judge';
import { evidenceOfTrace } from '../../../../lambdas/domain/trace/evidence-of-trace';
import { LIMITED, WITHOUT_LIMIT } from '../cells/all';
import { ALPHA } from '../limits/bounds';
import type { Canary } from '../simulate/canary';
import { PLANNED_MINUTES } from '../simulate/setting';
import type { Entry } from './entry';
import { traceOf } from './trace-of';

/** A looser limit, which costs more false stops and saves requests. */
const LOOSER = 0.05;

/** The shipped defaults, and nothing else. */
const SETTINGS = endpointSettingsSchema.parse({ name: 'benchmark' });
const { latency } = SETTINGS.gates;

interface Stops {
  readonly shipped: number | undefined;
  readonly looser: number | undefined;
}

const known = new WeakMap<Canary, Stops>();

/** Both limits read the same evidence, and what does not reach the looser one does not reach the shipped one. */
function stopsOf(canary: Canary): Stops {
  const before = known.get(canary);
  if (before) return before;
  const evidence = evidenceOfTrace(traceOf(canary), latency === false ? undefined : latency);
  const looser = stopMinute(evidence, LOOSER);
  const stops = { looser, shipped: looser === undefined ? undefined : stopMinute(evidence, ALPHA) };
  known.set(canary, stops);
  return stops;
}

const stopMinute = (evidence: Evidence, falseAlarmRate: number): number | undefined =>
  judge(evidence, judgeSettings({ ...SETTINGS, falseAlarmRate }, PLANNED_MINUTES)).decidedAtMinute;

/** This project's judge with the limit that is shipped, and with a looser one, which the aims are not for. */
export const OUR_JUDGES: readonly Entry[] = [
  {
    judge: { name: 'Greenlight', stopMinute: (canary) => stopsOf(canary).shipped },
    suites: LIMITED,
    everyNth: 1,
    falseAlarmRate: ALPHA,
  },
  {
    judge: { name: 'Greenlight 0.05', stopMinute: (canary) => stopsOf(canary).looser },
    suites: WITHOUT_LIMIT,
    everyNth: 1,
    falseAlarmRate: LOOSER,
  },
];
