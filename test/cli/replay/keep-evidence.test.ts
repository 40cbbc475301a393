import { endpointSettingsSchema } from '../../../lambdas/contract/endpoint-settings';
import type { RolloutState } from '../../../lambdas/contract/rollout-state';
import { judge } from '../../../lambdas/domain/judge/judge';
import { keepEvidence, judgeSettings } from '../../../lambdas/steps/judgement/kept-judgement';
import { parseTrace } from '../../../lambdas/contract/kept-evidence';
import { replayTrace } from '../../../cli/replay/replay-trace';
import { rulesFrom } from '../../../cli/replay/rules';
import { evidenceOf, traces } from '../../judge/trace';

const config = { settings: endpointSettingsSchema.parse({ name: 'digits', watchMinutes: 3, falseAlarmRate: 0.02 }) };

/** Keeps a recorded canary as a rollout does, and answers what was written. */
async function keep(id: string, phase: RolloutState['phase']) {
  const trace = traces().find((one) => one.id.startsWith(id));
  if (trace === undefined) throw new Error(`no trace ${id}`);
  const evidence = evidenceOf(trace);
  const steps = [{ weight: 10, bakeMinutes: 60 }];
  const minimum = phase === 'promoted' ? 3 : 60;
  const judgement = judge(evidence, judgeSettings(config.settings, minimum));
  const written = new Map<string, string>();
  const documents = {
    writeDocument: async (_endpoint: string, _id: string, name: string, content: string) => {
      written.set(name, content);
      return `s3://bucket/${name}`;
    },
    writeOver: async () => '',
    readDocument: async () => '',
  };
  const state = { id: 'digits-1', endpoint: 'digits', phase, config, plan: { steps } } as unknown as RolloutState;
  const leftOut = [{ minute: '2026-01-05T11:00:00.000Z', why: 'late' }];
  const kept = await keepEvidence({ documents }, state, { evidence, judgement, queries: [{ id: 'q' }], leftOut });
  return { kept, written, judgement };
}

const replayed = (content: string | undefined) => {
  const trace = parseTrace(JSON.parse(content ?? ''), 'kept');
  return replayTrace(trace, rulesFrom(undefined)(trace));
};

describe('the evidence that a rollout keeps', () => {
  it('is written as one trace with judgement and queries, which the report can link to', async () => {
    const { kept, written, judgement } = await keep('040', 'canary');
    expect(kept.evidence).toEqual(['trace-canary.json']);
    expect([...written.keys()]).toEqual(kept.evidence);
    const document = JSON.parse(written.get('trace-canary.json') ?? '') as Record<string, unknown>;
    expect(document).toMatchObject({ id: 'digits-1-canary', judgement, queries: [{ id: 'q' }] });
    expect(document['leftOut']).toHaveLength(1);
  });

  it.each(['040', '055', '023', '072'])('brings a replay to the same verdict: %s', async (id) => {
    const { written, judgement } = await keep(id, 'canary');
    const { trace, verdict, logEvidence, rules } = replayed(written.get('trace-canary.json'));
    expect([verdict, rules.from]).toEqual([judgement.verdict, 'trace']);
    expect(logEvidence).toEqual(judgement.logEvidence);
    expect(rules.settings.falseAlarmRate).toBe(0.02);
    expect(trace.leftOut).toEqual([{ minute: '2026-01-05T11:00:00.000Z', why: 'late' }]);
  });

  it('of a watch goes by the minutes of the watch, under names of its own', async () => {
    const { kept, written } = await keep('023', 'promoted');
    expect(kept.evidence).toEqual(['trace-watch.json']);
    expect(replayed(written.get('trace-watch.json')).rules.settings.minimumMinutes).toBe(3);
  });
});
