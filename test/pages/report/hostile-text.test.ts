import fc from 'fast-check';
import type { KeptEvidence } from '../../../lambdas/contract/kept-evidence';
import type { RolloutRecord } from '../../../lambdas/contract/rollout-record';
import { renderReport } from '../../../lambdas/pages/report/render-report';
import { MANY, text } from '../../hostile/hostile';
import { verificationState } from '../../steps/verification-state';
import { headingsOf } from './kept';

/** Every text of a record and of an evidence document that comes from outside, or may. */
const inputs = fc
  .record({
    ...{ id: text(), endpoint: text(), startedBy: text(), reason: text(), model: text(), error: text(), cause: text() },
    ...{ decidedBy: text(), at: text(), gate: text(), counts: text(), className: text(), key: text() },
  })
  .map((said) => {
    const count = { events: 1, requests: 2 };
    const gate = {
      gate: `custom:${said.gate}` as const,
      counts: said.counts,
      blue: count,
      green: count,
      summary: said.cause,
    };
    const side = {
      ...{ invocations: 2, errors: 1, modelErrors: 0, nonFiniteOutputs: 0 },
      ...{ durations: 2, slow: [1], verySlow: [1], classes: [1, 1] },
    };
    // What the schema would refuse is in it as well.
    const canary = {
      rows: [{ minute: said.at, weight: 0.1, blue: side, green: side }],
      judgement: {
        ...{ verdict: 'fail', gate: said.gate, reason: said.cause, logEvidence: [5], logLimit: 4.6 },
        ...{ logNonInferiorityLimit: 3, plannedMinutes: 5, decidedAtMinute: 1 },
        gates: [{ ...gate, logEvidence: [5], logNonInferiority: 0, reaction: { words: said.reason } }],
      },
      proofs: [{ gate: said.gate, logNonInferiority: [0] }],
      thresholds: [{ quantile: 0.5, blueMs: 10, greenToleratedMs: 12, greenHarmfulMs: 20 }],
      classNames: [said.gate, said.reason],
      bands: [
        {
          ...{ gate: `custom:${said.gate}`, counts: said.reason, unit: 'share', tolerance: 0.01, harm: 0.05 },
          ...{ confidence: 0.99, looks: [[0.1, null, 0.5]] },
        },
      ],
      leftOut: [{ minute: said.at, why: said.reason }],
      queries: [{ [said.key]: said.reason }],
    } as unknown as KeptEvidence;
    const state = verificationState({ goldenSet: { key: 'golden/digits.json' } });
    const model = { bucket: 'b', key: said.key, versionId: 'v', sha256: 'ab'.repeat(32) };
    const record: RolloutRecord = {
      ...{ id: said.id, endpoint: said.endpoint, startedBy: said.startedBy, reason: said.reason, model: said.model },
      ...{ error: said.error, cause: said.cause, decidedBy: said.decidedBy, startedAt: said.at, endedAt: said.at },
      ...{ status: 'ended', outcome: 'aborted', liveVersionAfter: said.id },
      state: {
        ...state,
        timeline: [{ at: said.at, state: said.id, note: said.cause }],
        weights: [{ at: said.at, weight: 10 }],
        green: { version: '2', model },
        evidence: [said.key, 'javascript:alert(1)', 'trace-canary.json'],
      },
    };
    return { record, evidence: { canary } };
  });

const ELEMENTS =
  /^<\/?(!doctype|html|head|meta|title|style|body|a|main|header|footer|section|p|strong|span|h1|h2|h3|dl|div|dt|dd|table|caption|thead|tbody|tr|th|td|br|ol|ul|li|time|details|summary|pre|figure|figcaption|svg|g|path|line|text|rect|circle)\b/;

test('a page has the elements that are ours: no text from outside opens a tag, ends an attribute or makes a link', () =>
  fc.assert(
    fc.property(inputs, (input) => {
      const page = renderReport(input);
      const tags = page.replace(/<style>.*<\/style>/s, '').match(/<[^>]*>/g) ?? [];
      expect(tags.filter((tag) => !ELEMENTS.test(tag))).toEqual([]);
      for (const tag of tags) expect(tag.replace(/ [a-zA-Z0-9-]+="[^"]*"/g, '')).not.toMatch(/["'=]|\son/);
      const links = [...page.matchAll(/(?:href|src)="([^"]*)"/g)].map(([, link]) => link);
      expect(links).toEqual(['#main']);
    }),
    { ...MANY, numRuns: 60 },
  ));

test('whatever a record says, the sections are the same', () =>
  fc.assert(
    fc.property(inputs, (input) => {
      const levels = headingsOf(renderReport(input)).map(([level]) => level);
      expect(levels).toEqual([1, 2, 2, 2, 2, 3]);
    }),
    { ...MANY, numRuns: 20 },
  ));
