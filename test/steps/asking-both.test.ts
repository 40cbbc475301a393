import type { EndpointCalls } from '../../lambdas/adapters/lambda/endpoint-calls';
import type { EvidenceSource } from '../../lambdas/adapters/cloudwatch/evidence';
import type { Evidence } from '../../lambdas/domain/evidence';
import type { Judgement } from '../../lambdas/domain/judge/judgement';
import { askBoth } from '../../lambdas/steps/judgement/ask-both';
import { HandClock } from '../simulator/services/test-world';
import { verificationState } from './verification-state';

const MINUTE = '2026-11-23T09:00:00Z';
const STEP_MS = 60_000;

const side = { modelErrors: 0, nonFiniteOutputs: 0, durations: 100, slow: [], verySlow: [], classes: [], custom: [] };
/** Three of four of green's requests are turned away, and half of the others fail; of blue's none. */
const evidence = {
  thresholds: [],
  baseline: [{ minute: MINUTE, blue: { ...side, invocations: 100, errors: 0, throttles: 0 } }],
  rows: [{ minute: MINUTE, green: { ...side, invocations: 100, errors: 50, throttles: 300 } }],
} as unknown as Evidence;
const failing = (gate: string) => ({ gate, observed: false, logEvidence: [9] });
const judgement = { gate: 'throttles', gates: [failing('throttles'), failing('errors')], logLimit: 4.6 } as unknown;

/** Both versions take so long for each call, of which Lambda takes the fourth try. */
async function asking(seconds: number) {
  const clock = new HandClock();
  const callVersionWithLog: EndpointCalls['callVersionWithLog'] = async () => {
    await clock.sleep(seconds * 1000);
    return { answer: { kind: 'answered', status: 200, body: {}, durationMs: 20 }, turnedAway: 3, log: [] };
  };
  const ports = {
    clock,
    endpointCalls: {
      callVersionWithLog,
      callVersion: async () => (await callVersionWithLog('', '', undefined!)).answer,
    },
    evidence: {
      fetchTimeTaken: async () => [{ atMs: Date.parse(MINUTE), ms: 2000, requests: 100 }],
    } as unknown as EvidenceSource,
  };
  const state = { ...verificationState(), control: 0, controlMs: { blue: [20], green: [20] } };
  const began = clock.now();
  const asked = await clock.finish(askBoth(ports, state, '2', { evidence, judgement: judgement as Judgement }));
  return { asked, ms: clock.now() - began };
}

test.each([0.1, 1, 7.9])('that it asks both twice ends within its step, at %d s for each call', async (seconds) => {
  const { asked, ms } = await asking(seconds);
  expect(ms).toBeLessThan(0.75 * STEP_MS);
  expect(asked?.why).toContain('beside this fails: errors');
});

/** Half of green's users failed in what has settled; so many of 100 calls of each version fail now, so many users. */
async function askingLater({ blue, green, users }: Record<'blue' | 'green', number> & { readonly users?: number }) {
  const failed = { '1': blue, '2': green } as Record<string, number>;
  const clock = new HandClock();
  const answer = (version: string) => ({
    kind: 'answered' as const,
    status: (failed[version] = failed[version]! - 1) >= 0 ? 500 : 200,
    body: {},
    durationMs: 20,
  });
  const fetchMinutes: EvidenceSource['fetchMinutes'] = async () =>
    users === undefined
      ? 'unavailable'
      : ({ minutes: [{ green: { ...side, invocations: 300, errors: users } }] } as unknown as Awaited<
          ReturnType<EvidenceSource['fetchMinutes']>
        >);
  const ports = {
    clock,
    endpointCalls: {
      callVersion: async () => ({ kind: 'answered' as const, status: 404, body: {}, durationMs: 20 }),
      callVersionWithLog: async (_: string, version: string) => ({ answer: answer(version), log: [] }),
    },
    evidence: { fetchMinutes } as unknown as EvidenceSource,
  };
  const state = { ...verificationState(), control: 0 };
  const judged = { gate: 'errors', gates: [failing('errors')], logLimit: 4.6 } as unknown as Judgement;
  const rows = [{ minute: MINUTE, green: { ...side, invocations: 300, errors: 150, throttles: 0 } }];
  const asked = await clock.finish(
    askBoth(ports, state, '2', { evidence: { ...evidence, rows } as unknown as Evidence, judgement: judged }),
  );
  return asked?.found;
}

test.each([
  ['an outage that is less by now explains what users meet now', { blue: 32, green: 20, users: 75 }, 'both-ill'],
  ['users who still meet more than it are not explained', { blue: 32, green: 20, users: 150 }, 'other'],
  ['nothing is known of users since then', { blue: 32, green: 20 }, 'other'],
  ['too few users are counted since then', { blue: 32, green: 20, users: 0 }, 'other'],
  ['green fails far more of our calls than blue', { blue: 10, green: 45, users: 75 }, 'other'],
  ['blue answers', { blue: 0, green: 20, users: 75 }, 'other'],
] as const)('when settled minutes were worse than what is asked now: %s', async (_, asked, found) => {
  expect(await askingLater(asked)).toBe(found);
});

/** Both were slow four minutes ago; so many of 20 calls of each fail now, others take 20 ms. */
async function askingSlow(failed: Record<'blue' | 'green', number>, ofBlueTurnedAway = 0) {
  let away = ofBlueTurnedAway;
  const left = { '1': failed.blue, '2': failed.green } as Record<string, number>;
  const clock = new HandClock();
  const callVersionWithLog = async (_: string, version: string) => {
    const status = (left[version] = left[version]! - 1) >= 0 ? 500 : 200;
    const turnedAway = version === '1' && away > 0 ? 1 : 0;
    away -= turnedAway;
    return { answer: { kind: 'answered' as const, status, body: {}, durationMs: 20 }, turnedAway, log: [] };
  };
  const callVersion = async () => ({ kind: 'answered' as const, status: 404, body: {}, durationMs: 20 });
  const ports = { clock, endpointCalls: { callVersion, callVersionWithLog }, evidence: {} as EvidenceSource };
  const ten = Array.from({ length: 10 }, () => 20);
  const at = new Date(clock.now() - 4 * 60_000).toISOString();
  const slow = { at, blue: ten.map((ms) => 4 * ms), green: ten.map((ms) => 4 * ms) };
  const state = { ...verificationState(), control: 0, controlMs: { blue: ten, green: ten } };
  const rows = [{ minute: MINUTE, green: { ...side, invocations: 300, errors: 0, throttles: 0 } }];
  const judged = { gate: 'latency', gates: [failing('latency')], logLimit: 4.6 } as unknown as Judgement;
  return clock.finish(
    askBoth(ports, { ...state, watch: { from: MINUTE, bothSlow: slow } }, '2', {
      ...{ evidence: { ...evidence, rows } as unknown as Evidence, judgement: judged },
    }),
  );
}

test.each([
  ['both answer nothing now', { blue: 20, green: 20 }, 'both-ill'],
  ['green alone answers nothing now', { blue: 0, green: 20 }, undefined],
  ['blue alone answers nothing now', { blue: 20, green: 0 }, 'both-ill'],
] as const)('when both were slow some minutes ago: %s', async (_, failed, found) => {
  const asked = await askingSlow(failed);
  expect(asked?.found).toBe(found);
  if (found !== undefined) {
    expect(asked?.why).toMatch(/failed 20 of 20 and version 2 \d+ of 20; at /);
    expect(asked?.failing).toMatchObject({ version: '1' });
  }
});

test.each([
  [2, undefined],
  [6, 'is throttled'],
] as const)('a blue whose calls Lambda takes at another try %d times is told as %s', async (times, how) => {
  expect((await askingSlow({ blue: 0, green: 0 }, times))?.failing?.how).toBe(how);
});
