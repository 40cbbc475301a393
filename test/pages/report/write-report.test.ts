import type { RolloutRecord } from '../../../lambdas/contract/rollout-record';
import { writeReport } from '../../../lambdas/steps/report/write-report';
import { keptCanary, textOf } from './kept';

/** Writes a report where documents are read so; answers the page and what was asked for. */
async function written(record: RolloutRecord, read: (name: string) => Promise<string>) {
  const [pages, asked] = [new Map<string, string>(), [] as string[]];
  const documents = {
    writeDocument: async (_endpoint: string, _id: string, name: string, content: string) => {
      pages.set(name, content);
      return `s3://bucket/${name}`;
    },
    writeOver: async () => '',
    readDocument: (_endpoint: string, _id: string, name: string) => {
      asked.push(name);
      return read(name);
    },
  };
  const address = await writeReport({ documents }, record);
  return { address, page: pages.get('report.html') ?? '', record: pages.get('record.json') ?? '', asked };
}

it('shows the evidence that was kept, minute by minute', async () => {
  const { record, text } = await keptCanary('036');
  const { page, asked, address } = await written(record, async () => text);
  expect([address, asked]).toEqual(['s3://bucket/report.html', ['trace-canary.json']]);
  expect(textOf(page)).toContain('How sure it is that green is worse, minute by minute');
  expect(textOf(page)).toContain('Green is stopped when all gates together reach 99 %');
});

const broken: readonly (readonly [string, () => Promise<string>, string])[] = [
  [
    'that S3 does not give',
    () => Promise.reject(Object.assign(new Error('no'), { name: 'AccessDenied' })),
    'AccessDenied',
  ],
  ['that is no JSON', async () => '<html>', 'SyntaxError'],
  [
    'of another form',
    async () => '{"evidence": 7}',
    'EvidenceInvalid: baseline: Invalid input: expected array, received undefined; got nothing',
  ],
];
it.each(broken)('closes the rollout and says so on the page where the evidence is one %s', async (_, read, why) => {
  const { record } = await keptCanary('036');
  const { page } = await written(record, read);
  expect(textOf(page)).toContain(`trace-canary.json could not be read when this page was written (${why})`);
  // What the record itself holds is there all the same.
  expect(textOf(page)).toContain('✕ worse than tolerated');
});

it('reads nothing for a rollout that kept no evidence', async () => {
  const { record } = await keptCanary('036');
  const { asked, page } = await written({ ...record, state: undefined }, async () => 'never');
  expect(asked).toEqual([]);
  expect(textOf(page)).not.toContain('minute by minute');
});

it('writes the record as a plain page where the page cannot be made, and does not fail', async () => {
  const { record, text } = await keptCanary('036');
  const impossible = { ...record, state: { ...record.state!, weights: undefined } } as unknown as RolloutRecord;
  impossible.state!.timeline = 7 as never;
  const { page, address } = await written(impossible, async () => text);
  expect(address).toBe('s3://bucket/report.html');
  expect(textOf(page)).toContain('The page of this rollout could not be made (TypeError');
  expect(textOf(page)).toContain('"error": "CanaryRegressed"');
});
