import type { RolloutRecord } from '../../../lambdas/contract/rollout-record';
import { renderReport } from '../../../lambdas/pages/report/render-report';
import type { ReportInput } from '../../../lambdas/pages/report/report-input';
import { headingsOf, keptCanary, textOf } from './kept';

const pageOf = (input: ReportInput) => ({
  text: textOf(renderReport(input)),
  headings: headingsOf(renderReport(input)),
});
const titles = (input: ReportInput): readonly string[] => pageOf(input).headings.map(([, text]) => text);

const refused: RolloutRecord = {
  ...{ id: 'digits-1', endpoint: 'digits', status: 'ended', startedAt: '2026-11-23T09:00:00Z' },
  ...{ startedBy: 'upload', reason: '', outcome: 'rejected', error: 'InvalidUpload', cause: 'the key has no name' },
};

describe('a report', () => {
  it('says first what happened, why with its numbers, what is in service and what to do', async () => {
    const { record, canary } = await keptCanary('036');
    const { text } = pageOf({ record, evidence: { canary } });
    expect(text).toMatch(/^.*?Skip to the content ✕ Stopped in the canary digits: version 2 \(v1\.onnx\) was stopped/);
    expect(text).toMatch(/CanaryRegressed: errors: green [\d.]+ % \(\d+ of \d+ requests/);
    expect(text).toContain('In service now: version 1 (v1.onnx), blue, with all traffic. To do: Users need nothing');
  });

  it('puts blue beside green for every gate, with sample sizes, evidence, proof and the interval', async () => {
    const { record, canary } = await keptCanary('036');
    const { text } = pageOf({ record, evidence: { canary } });
    for (const { gate, blue, green } of record.state!.judgement!.gates) {
      expect(text).toContain(` ${gate} `);
      for (const { events, requests } of [blue, green])
        // The kept trace is of before memory was measured.
        expect(text).toContain(
          gate === 'memory'
            ? 'no memory was measured Blue no requests Green no requests'
            : `${events.toLocaleString('en-US')} of ${requests.toLocaleString('en-US')}`,
        );
    }
    expect(text).toMatch(
      /Failed requests, green minus blue, points: [+−][\d.]+, between [+−]?[\d.]+ and [+−]?[\d.]+ with 99 % confidence each way/,
    );
  });

  it('has sections only for what there is', async () => {
    expect(titles({ record: refused, evidence: {} })).toEqual([
      expect.stringContaining('digits: digits-1 was refused'),
      ...['Timeline', 'Exactly', 'Kept beside this page'],
    ]);
    const { record, canary } = await keptCanary('036');
    expect(titles({ record, evidence: { canary } }).slice(1)).toEqual([
      ...['The canary: blue beside green', 'Not counted: 1 minute', 'Timeline', 'Exactly', 'Kept beside this page'],
    ]);
  });

  it('names the minutes that were not counted, and why', async () => {
    const { record, canary } = await keptCanary('036');
    expect(pageOf({ record, evidence: { canary } }).text).toContain(
      '12:03:00 CloudWatch had no data for it after 10 min',
    );
  });

  it('shows the cost where it is known', async () => {
    const cost = {
      usd: 0.0042,
      lines: [{ what: 'State transitions', quantity: 56, unit: 'transitions', usd: 0.0014, basis: 'record' }],
      prices: { asOf: '2026-11-01', region: 'eu-west-1', source: 'the price list' },
    };
    const { text } = pageOf({ record: refused, evidence: {}, cost });
    expect(text).toContain('State transitions 0.00140 USD 56 transitions record');
    expect(text).toContain('Together 0.00420 USD');
    expect(text).toContain('Prices of 2026-11-01, eu-west-1: the price list.');
  });

  it('gives the exact queries and the settings in force', async () => {
    const { record, canary } = await keptCanary('036');
    const { text } = pageOf({ record, evidence: { canary } });
    expect(text).toContain('"a0": "Errors Sum"');
    expect(text).toContain('"falseAlarmRate": 0.01');
  });

  it('says that the rows were not kept where a rollout ended before the judge decided', async () => {
    const { record } = await keptCanary('036', { error: 'Stopped', cause: 'the execution was stopped' });
    expect(pageOf({ record, evidence: {} }).text).toContain('Minute by minute: not kept.');
  });

  it('tells an alias that was moved from outside from a green that was worse', async () => {
    const { record, canary } = await keptCanary('023', { error: 'LiveAliasMoved', cause: 'it was changed' });
    const { text } = pageOf({ record, evidence: { canary } });
    expect(text).toContain('Check that the version in service is the one you want');
    expect(text).not.toContain('✕ worse than tolerated');
  });

  it('draws a gate that only observes as one: in the evidence, in the proof, and in no other way', async () => {
    const { record, canary } = await keptCanary('036', {}, { gates: { latency: { mode: 'observe' } } });
    const page = renderReport({ record, evidence: { canary } });
    for (const id of ['canary-evidence', 'canary-proof']) {
      const chart = textOf(page.slice(page.indexOf(`id="${id}`)).split('</figure>')[0]!);
      expect([id, chart]).toEqual([id, expect.stringContaining('latency (observed)')]);
      expect(chart).not.toContain('errors (observed)');
    }
    expect(textOf(page)).toContain('Green passes when each gate that decides has reached');
  });

  it('ends the line of weights at 0 where blue was put back', async () => {
    const { record, canary } = await keptCanary('036');
    expect(pageOf({ record, evidence: { canary } }).text).toContain('10 % from minute 0.0, 0 % from minute 7.0 on');
    const other = { ...record, liveVersionAfter: undefined };
    expect(pageOf({ record: other, evidence: { canary } }).text).toContain('10 % from minute 0.0 on');
  });
});
