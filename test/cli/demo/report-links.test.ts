import type { RolloutRecord } from '../../../lambdas/contract/rollout-record';
import { writeReport } from '../../../lambdas/steps/report/write-report';

const record: RolloutRecord = {
  ...{ id: 'digits-1', endpoint: 'digits', status: 'ended', startedAt: '2026-11-23T09:00:00Z' },
  ...{ startedBy: 'person', reason: '', outcome: 'rejected' },
};

/** The links of the page that is written, and the names of what is written beside it. */
async function written(given: RolloutRecord) {
  const documents = new Map<string, string>();
  const write = async (_endpoint: string, _id: string, name: string, content: string) => {
    documents.set(name, content);
    return `s3://bucket/${name}`;
  };
  const read = async () => Promise.reject(new Error('not there'));
  await writeReport({ documents: { writeDocument: write, writeOver: write, readDocument: read } }, given);
  const links = [...(documents.get('report.html') ?? '').matchAll(/href="([^"#][^"]*)"/g)].map(([, link]) => link);
  return { links, names: [...documents.keys()], page: documents.get('report.html') ?? '' };
}

describe('the links of a report', () => {
  it('are none, as a page that was saved or mailed has nothing beside it', async () => {
    const { links, names } = await written(record);
    expect(links).toEqual([]);
    expect(names).toEqual(['record.json', 'report.html']);
  });

  it('are none where evidence was kept: its name stands there, and its folder', async () => {
    const { links, page } = await written(withEvidence(['trace-canary.json']));
    expect(links).toEqual([]);
    expect(page).toContain('trace-canary.json, record.json, in rollouts/digits/digits-1/');
  });
});

/** A record with what the page reads of a state. */
function withEvidence(evidence: readonly string[]): RolloutRecord {
  const state = {
    ...{ evidence, green: { version: '3' }, blue: { version: '2' }, weights: [], timeline: [] },
    ...{ plan: { steps: [] }, config: { settings: {} } },
  };
  return { ...record, state: state as unknown as RolloutRecord['state'] };
}
