import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { replayTrace } from '../../../cli/replay/replay-trace';
import { rulesFrom } from '../../../cli/replay/rules';
import type { RolloutRecord } from '../../../lambdas/contract/rollout-record';
import { parseTrace } from '../../../lambdas/contract/kept-evidence';
import { readEvidence } from '../../../lambdas/steps/report/write-report';

/**
 * Written by a version that put a rollout's counts into bins, with two counts in minute 4 that contradict each other.
 */
const FORMER = readFileSync(join(__dirname, 'former', 'trace-canary.json'), 'utf8');

describe('a trace that a former version kept', () => {
  it('is judged as it was then', () => {
    const trace = parseTrace(JSON.parse(FORMER), 'trace-canary.json');
    const replay = replayTrace(trace, rulesFrom(undefined)(trace));
    expect(replay).toMatchObject({ verdict: 'fail', decidedAt: { t: 4 } });
    expect(replay.judgement.gate).toBe('errors');
    expect(replay.judgement.reason).toBe(
      'errors: green 7.8 % (8 of 102 requests: 8 invocation errors), blue 1.2 % (13 of 1,085 requests): worse ' +
        '(certainty 99.1 %, stopped from 99 %), in minute 4',
    );
    // What the former version's own judge said of it.
    const then = [24.624486186164134, 27.63999340934959, 31.39679530998482];
    replay.logEvidence.slice(-3).forEach((value, index) => expect(value).toBeCloseTo(then[index] ?? NaN, 12));
  });

  it('is no document for the report, which says why', async () => {
    const documents = { readDocument: async () => FORMER, writeDocument: async () => '', writeOver: async () => '' };
    const record = { endpoint: 'x', id: 'former', state: { evidence: ['evidence-canary.json', 'trace-canary.json'] } };
    const { canary } = await readEvidence({ documents }, record as unknown as RolloutRecord);
    expect(canary).toEqual({ unreadable: expect.stringMatching(/^EvidenceInvalid: .*; got /) as string });
  });
});
