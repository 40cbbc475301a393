import type { RolloutState } from '../../lambdas/contract/rollout-state';
import type { MinuteOfCalls } from '../../lambdas/adapters/cloudwatch/function-calls';
import type { EndpointAnswer, EndpointRequest, LoggedAnswer } from '../../lambdas/adapters/lambda/endpoint-calls';
import type { ProvisionedConcurrency } from '../../lambdas/adapters/lambda/provisioned-concurrency';
import type { VersionFacts } from '../../lambdas/adapters/lambda/versions';
import type { EndpointSettingsInput } from '../../lambdas/contract/endpoint-settings';
import { GreenIncompatible, InsufficientEvidence, PreflightFailed } from '../../lambdas/contract/errors';
import { SELF_TEST_PATH } from '../../lambdas/contract/inference-protocol';
import type { Baseline, BaselineMinute } from '../../lambdas/domain/evidence';
import { preflight } from '../../lambdas/steps/verify-green';
import { verificationState } from './verification-state';

const NOW = Date.parse('2026-11-23T09:04:00Z');
const CANARY = { steps: [{ weight: 10, bakeMinutes: 5 }] };

const embedded = (changes: Readonly<Record<string, unknown>> = {}, dimensions = ['E', 'V']) =>
  JSON.stringify({
    _aws: {
      Timestamp: NOW,
      CloudWatchMetrics: [{ Namespace: 'Greenlight', Dimensions: [dimensions], Metrics: [{ Name: 'F' }] }],
    },
    E: 'digits',
    V: '2',
    F: 1,
    ...changes,
  });
const answered = (status: number, body: unknown): EndpointAnswer => ({ kind: 'answered', status, body, durationMs: 1 });
const FAILED: LoggedAnswer = {
  answer: answered(500, { error: 'on purpose', code: 'ModelFailed' }),
  log: ['t of a line that was cut"}', embedded(), '{"level":"WARN"}'],
};

function minute(requests: number, custom: BaselineMinute['blue']['custom'] = []): BaselineMinute {
  const none = { errors: 0, modelErrors: 0, nonFiniteOutputs: 0, throttles: 0, slow: [] };
  const blue = { ...none, invocations: requests, durations: requests, classes: [requests, 0], custom };
  return { minute: '2026-11-23T08:30:00.000Z', blue };
}
const baselineOf = (minutes: readonly BaselineMinute[], classNames: readonly string[] = ['0', 'other']): Baseline => ({
  baseline: minutes,
  baselineDurations: 0,
  thresholds: [],
  classNames,
});

interface World {
  readonly settings?: Partial<EndpointSettingsInput>;
  readonly action?: 'rollout' | 'rollback';
  readonly builtIn?: boolean;
  readonly answer?: LoggedAnswer;
  readonly baseline?: Baseline | 'unavailable' | Error;
  readonly calls?: readonly MinuteOfCalls[] | 'unavailable';
  readonly blueSince?: string;
  readonly facts?: Readonly<Record<string, Partial<VersionFacts>>>;
  readonly onLive?: ProvisionedConcurrency;
  readonly plan?: Partial<RolloutState['plan']>;
  readonly next?: RolloutState['next'];
}

/** A preflight in a world in which all is well but what the test says. */
function fly(world: World) {
  const { settings, action = 'rollout', builtIn = true, answer = FAILED, baseline = baselineOf([minute(600)]) } = world;
  const asked: EndpointRequest[] = [];
  const facts = (version: string): VersionFacts => ({
    version,
    ...{ state: 'Active', lastUpdate: 'Successful', role: 'arn:role/one' },
    ...{ codeSha256: 'c', codeFingerprint: 'f', environment: {}, revisionId: 'r' },
    ...world.facts?.[version],
  });
  const call = async (_: string, version: string, request: EndpointRequest) => {
    expect(version).toBe('2');
    asked.push(request);
    return answer;
  };
  const notAsked = () => Promise.reject(new Error('a preflight changes nothing'));
  const read: boolean[] = [];
  const flown = preflight(
    {
      clock: { now: () => NOW, sleep: notAsked },
      endpointCalls: { callVersionWithLog: call, callVersion: async (...of) => (await call(...of)).answer },
      evidence: {
        ...{ fetchMinutes: notAsked, fetchRequests: notAsked, fetchTimeTaken: notAsked },
        fetchBaseline: async ({ outline }) => {
          read.push(outline === true);
          if (baseline instanceof Error) throw baseline;
          return baseline === 'unavailable' ? baseline : { baseline, queries: [] };
        },
      },
      functionCalls: { callsPerMinute: async () => world.calls ?? [], formerMetric: async () => undefined },
      liveModels: {
        forgetLivePeriods: () => Promise.reject(new Error('not asked')),
        ...{ beginLivePeriod: notAsked, noteTakenBack: notAsked, noteFingerprint: notAsked, listTakenBack: notAsked },
        ...{ unknownBefore: notAsked, isLost: notAsked, recover: notAsked },
        livePeriods: async () => [{ version: '1', since: world.blueSince ?? '2026-11-20T00:00:00Z' }],
      },
      versions: {
        ...{ configureLatest: notAsked, protectVersion: notAsked, publishVersion: notAsked, deleteVersion: notAsked },
        describeVersion: async (_, version) => facts(version),
        ...{ listVersions: notAsked, listProvisioned: notAsked, provisionVersion: notAsked, readProvisioned: notAsked },
        readProvisionedOnLive: async () => world.onLive,
        ...{ unprovision: notAsked, usedByAliases: notAsked },
      },
    },
    verificationState(settings, { ...(world.plan ?? CANARY), action }, builtIn),
    '2',
    world.next ?? 'canary',
  );
  const done = flown.then(({ ready }) => ready);
  return { done, asked, flown, read };
}

it("reads blue's hour once, and whole only where what it can prove is foreseen from it", async () => {
  const plan = { steps: [{ weight: 50, until: 'proof' as const, bakeMinutes: 60 }] };
  const proven = fly({ plan });
  expect((await proven.flown).outlook?.words).toMatch(/^at blue's \d+ requests a minute/);
  expect(proven.read).toEqual([false]);
  for (const other of [fly({}), fly({ plan, next: 'replay' })]) {
    expect((await other.flown).outlook).toBeUndefined();
    expect(other.read).toEqual([true]);
  }
});

it('says what it saw when all is well, and asked green alone to fail', async () => {
  const { done, asked } = fly({});
  expect(await done).toBe(
    'a failure on purpose was counted; blue had 600 requests through the alias "live" in the hour before',
  );
  expect(asked).toEqual([{ method: 'POST', path: SELF_TEST_PATH }]);
});

describe('an alias that takes no weights', () => {
  it.each([
    ['another role', { role: 'arn:role/two' }, /role arn:role\/two instead of arn:role\/one.*AllAtOnce/],
    ['another dead-letter queue', { deadLetterArn: 'arn:q' }, /dead-letter queue arn:q instead of none/],
  ])('is refused with both values: %s', async (_, green, words) => {
    const { done } = fly({ facts: { 2: green } });
    await expect(done).rejects.toThrow(GreenIncompatible);
    await expect(done).rejects.toThrow(words);
  });

  it('is refused when the alias itself has provisioned concurrency, with what to do', async () => {
    const { done } = fly({ onLive: { status: 'READY' } });
    await expect(done).rejects.toThrow(PreflightFailed);
    await expect(done).rejects.toThrow(/"live" of digits-function has provisioned concurrency.*delete-provisioned/);
  });
});

describe('a failure that is not counted', () => {
  it.each<[string, LoggedAnswer, RegExp]>([
    [
      'is answered as a success',
      { ...FAILED, answer: answered(200, { ok: true }) },
      /answered 200: \{"ok":true\}, not 500/,
    ],
    ['crashes', { ...FAILED, answer: { kind: 'crashed', error: 'E', message: 'm' } }, /crashed with E: m, not 500/],
    ['is not known', { ...FAILED, answer: answered(404, {}) }, /answered 404.*Deploy the app again/],
    ['is in no log', { ...FAILED, log: [] }, /Lambda sent no log of it/],
    [
      'is in the log for people alone',
      { ...FAILED, log: ['{"level":"WARN"}'] },
      /its log \(1 lines\) has no such record/,
    ],
    ['is counted as a good answer', { ...FAILED, log: [embedded({ F: 0 })] }, /nothing counted it/],
    [
      'is counted in another namespace',
      { ...FAILED, log: [embedded().replace('"Greenlight"', '"Other"')] },
      /namespace Greenlight/,
    ],
    ['is counted for another version', { ...FAILED, log: [embedded({ V: '1' })] }, /V=2 was to be in its log/],
    ['is counted for another endpoint', { ...FAILED, log: [embedded({ E: 'x' })] }, /E=digits/],
    [
      'is counted with one more dimension',
      { ...FAILED, log: [embedded({ service: 's' }, ['E', 'V', 'service'])] },
      /nothing counted it/,
    ],
    ['is counted behind a prefix', { ...FAILED, log: [`2026-11-23 INFO ${embedded()}`] }, /nothing counted it/],
  ])('is refused when it %s', async (_, answer, words) => {
    const { done } = fly({ answer });
    await expect(done).rejects.toThrow(PreflightFailed);
    await expect(done).rejects.toThrow(words);
  });

  it('is not looked for where the gate is off or observes, nor in an older version that a person goes back to', async () => {
    for (const errors of [false, { mode: 'observe' }] as const) {
      const { done, asked } = fly({ settings: { gates: { errors } }, answer: { ...FAILED, log: [] } });
      expect([await done, asked]).toEqual([expect.stringContaining('errors is off, or only observed'), []]);
    }
    const older = fly({ action: 'rollback', answer: { ...FAILED, answer: answered(404, {}) } });
    expect(await older.done).toContain('failures not tried: version 2 is older than this check');
  });
});

describe("a user's own function", () => {
  const own = { builtIn: false, settings: { knownBadRequest: { path: '/predict', body: { x: 'no' } } } };

  it('that throws at the known bad request passes', async () => {
    const { done, asked } = fly({ ...own, answer: { answer: { kind: 'crashed', error: 'E', message: 'm' }, log: [] } });
    expect(await done).toContain('knownBadRequest, POST /predict, was counted as an error (E)');
    expect(asked).toEqual([{ method: 'POST', path: '/predict', body: { x: 'no' } }]);
  });

  const swallowing = (mode?: 'enforce' | 'observe') => {
    const events = { namespace: 'N', metric: 'M', dimensions: { V: '{version}' } };
    const gates = { custom: mode === undefined ? [] : [{ name: 'failed', mode, events }] };
    const answer = { answer: answered(500, { error: 'bad' }), log: [] };
    return fly({ ...own, settings: { ...own.settings, gates }, answer }).done;
  };

  it.each([undefined, 'observe'] as const)('that answers it is refused, with a counter that is %s', async (mode) => {
    await expect(swallowing(mode)).rejects.toThrow(PreflightFailed);
    await expect(swallowing(mode)).rejects.toThrow(/version 2 swallows errors: .* answered 500.*gates\.custom/);
  });

  it('that answers it passes with a counter of its own that decides, which the note names', async () => {
    expect(await swallowing('enforce')).toContain('only custom:failed can have counted it');
  });

  it('without a known bad request is not tried, and the note says so', async () => {
    const { done, asked } = fly({ builtIn: false });
    expect(await done).toContain('failures not tried: the endpoint has no knownBadRequest');
    expect(asked).toEqual([]);
  });
});

describe('a blue without data', () => {
  const silent = baselineOf([minute(0)], []);
  const callsIn = (minutes: number, throughLive = 0) =>
    Array.from({ length: minutes }, (_, i) => ({ minute: `2026-11-23T08:${10 + i}:00Z`, calls: 50, throughLive }));

  it('is refused without any caller, with what to do', async () => {
    const { done } = fly({ baseline: silent });
    await expect(done).rejects.toThrow(InsufficientEvidence);
    await expect(done).rejects.toThrow(/blue \(version 1\) had 0 requests .*Send traffic first.*AllAtOnce.*"promote"/);
  });

  it.each(['hold', 'promote'] as const)('is only noted where the endpoint would %s then', async (then) => {
    const settings = { onInsufficientEvidence: { then } };
    expect(await fly({ baseline: silent, settings }).done).toContain(`onInsufficientEvidence says "${then}"`);
  });

  it('is refused when callers bypass the alias, with both numbers, whatever the endpoint does without proof', async () => {
    const settings = { onInsufficientEvidence: { then: 'promote' } } as const;
    const { done } = fly({ baseline: silent, calls: callsIn(20), settings });
    await expect(done).rejects.toThrow(PreflightFailed);
    await expect(done).rejects.toThrow(
      /bypass the alias "live": .* 0 requests .* digits-function had 1000 in 20 minutes/,
    );
  });

  it('is refused when it was called and nothing of it is counted where the judge looks', async () => {
    const { done } = fly({ baseline: silent, calls: callsIn(20, 40) });
    await expect(done).rejects.toThrow(PreflightFailed);
    await expect(done).rejects.toThrow(
      /"live" had 800 requests .* metric F \(failures of the model\) in Greenlight under E=digits, V=1 is missing/,
    );
    const settings = { onInsufficientEvidence: { then: 'hold' } } as const;
    expect(await fly({ baseline: silent, calls: callsIn(20, 40), settings }).done).toContain('had 800 requests');
  });

  it('is not blamed on callers for the tests of an earlier rollout', async () => {
    await expect(fly({ baseline: silent, calls: callsIn(4) }).done).rejects.toThrow(InsufficientEvidence);
  });

  it('is only noted when it went live a few minutes ago', async () => {
    const { done } = fly({ baseline: silent, calls: callsIn(20), blueSince: '2026-11-23T08:50:00Z' });
    expect(await done).toContain('blue is live since 2026-11-23T08:50:00Z and has no complete minute');
    const lacking = fly({ baseline: baselineOf([minute(600)], []), blueSince: '2026-11-23T08:50:00Z' });
    expect(await lacking.done).toContain(
      'blue had 600 requests through the alias "live" in the hour before, but no data',
    );
  });

  it.each<[string, World, string]>([
    ['has no answer', { baseline: 'unavailable' }, "blue's data not looked at: CloudWatch gave no complete answer"],
    ['fails', { baseline: new Error('Throttled') }, "blue's data not looked at: Error: Throttled"],
    ['says nothing of the rest', { baseline: silent, calls: 'unavailable' }, 'CloudWatch did not say'],
  ])('is no refusal when CloudWatch %s', async (_, world, note) => {
    expect(await fly(world).done).toContain(note);
  });

  it('is refused when a gate finds none under the names it looks under', async () => {
    const { done } = fly({ baseline: baselineOf([minute(600)], []) });
    await expect(done).rejects.toThrow(PreflightFailed);
    await expect(done).rejects.toThrow(
      /600 requests .* no data for the gate predictions \(what its answers say, in Greenlight under E=digits, V=1/,
    );
    const off = { settings: { gates: { predictions: false } }, baseline: baselineOf([minute(600)], []) } as const;
    expect(await fly(off).done).toContain('600 requests');
  });

  it("is refused when a custom gate's whole has none, with the names it looked under", async () => {
    const counter = { namespace: 'Shop', metric: 'Orders', dimensions: { Version: 'v{version}' } };
    const settings = { gates: { custom: [{ name: 'orders', events: counter, of: counter }] } };
    const { done } = fly({ settings, baseline: baselineOf([minute(600, [{ events: 0, requests: 0 }])]) });
    await expect(done).rejects.toThrow(/the gate custom:orders \(Orders in Shop under Version=v1\)/);
    const seen = { settings, baseline: baselineOf([minute(600, [{ events: 0, requests: 5 }])]) };
    expect(await fly(seen).done).toContain('600 requests');
  });
});
