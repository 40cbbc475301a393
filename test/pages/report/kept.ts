import type { EndpointSettingsInput } from '../../../lambdas/contract/endpoint-settings';
import { keptEvidenceSchema, type KeptEvidence } from '../../../lambdas/contract/kept-evidence';
import type { RolloutRecord } from '../../../lambdas/contract/rollout-record';
import type { RolloutState } from '../../../lambdas/contract/rollout-state';
import { judge } from '../../../lambdas/domain/judge/judge';
import { keepEvidence, judgeSettings, shortJudgement } from '../../../lambdas/steps/judgement/kept-judgement';
import { evidenceOf, traces } from '../../judge/trace';
import { verificationState } from '../../steps/verification-state';

const LEFT_OUT = { minute: '2026-01-05T12:03:00.000Z', why: 'CloudWatch had no data for it after 10 min' };

/** A recorded canary as a rollout keeps it: its record, its evidence document, and that document's text. */
export async function keptCanary(
  trace: string,
  given: Partial<RolloutRecord> = {},
  settings: Partial<EndpointSettingsInput> = {},
) {
  const found = traces().find(({ id }) => id.startsWith(trace));
  if (found === undefined) throw new Error(`no trace ${trace}`);
  const evidence = evidenceOf(found);
  const plan = { steps: [{ weight: 10, bakeMinutes: 60 }] };
  const base: RolloutState = { ...verificationState(settings, plan), phase: 'canary' };
  const judgement = judge(evidence, judgeSettings(base.config.settings, 60));
  const texts = new Map<string, string>();
  const documents = {
    writeDocument: async (_endpoint: string, _id: string, name: string, text: string) => {
      texts.set(name, text);
      return name;
    },
    writeOver: async () => '',
    readDocument: async () => '',
  };
  const queries = [{ namespace: 'AWS/Lambda', dimensions: { FunctionName: 'digits' }, series: { a0: 'Errors Sum' } }];
  const look = { evidence, judgement, queries, leftOut: [LEFT_OUT] };
  const judged = {
    ...base,
    judgement: shortJudgement(judgement, Date.parse('2026-11-23T09:07:00Z')),
    weights: [{ at: base.startedAt, weight: 10 }],
  };
  const state = await keepEvidence({ documents }, judged, look);
  const text = texts.get('trace-canary.json') ?? '';
  const record: RolloutRecord = {
    ...{ id: 'r-1', endpoint: 'digits', status: 'ended', startedAt: base.startedAt, endedAt: '2026-11-23T09:07:00Z' },
    ...{ startedBy: 'upload', reason: 'retrain', outcome: 'aborted', decidedBy: 'judge', liveVersionAfter: '1', state },
    ...{ error: 'CanaryRegressed', cause: judgement.reason },
    ...given,
  };
  const canary: KeptEvidence = keptEvidenceSchema.parse(JSON.parse(text));
  return { record, canary, text };
}

/** Headings of a page, in order: level and text. */
export const headingsOf = (page: string): readonly (readonly [level: number, text: string])[] =>
  [...page.matchAll(/<h([1-6])[^>]*>([^<]*)<\/h/g)].map(
    ([, level, text = '']) => [Number(level), text.trim()] as const,
  );

/** The page as a person reads it: without tags, entities decoded, white space as one space. */
export const textOf = (page: string): string =>
  page
    .replace(/<style>.*<\/style>/s, '')
    .replace(/<[^>]*>/g, ' ')
    .replaceAll('&#39;', "'")
    .replaceAll('&quot;', '"')
    .replaceAll('&gt;', '>')
    .replaceAll('&lt;', '<')
    .replaceAll('&amp;', '&')
    .replace(/\s+/g, ' ');
