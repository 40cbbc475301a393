import { gzipSync } from 'node:zlib';
import { capturedKey } from '../../lambdas/contract/replay';
import { outcomeInWords } from '../../lambdas/pages/words/outcome';
import { EVIDENCE_DOCUMENT } from '../../lambdas/contract/names';
import { ENDPOINT, MINUTE, Scene, templateOf } from './harness';
import { quiet, SAMPLES, samples } from './quiet';

/** Capture is on, and by chance nothing that users send is kept: what a test puts there is all. */
const NONE_OF_USERS = 1e-9;
const notes = (record: Awaited<ReturnType<Scene['rollout']>>['record']) =>
  record?.state?.timeline.map(({ note }) => note).join('\n') ?? '';

it('promotes a good green at 20 requests a minute, on proof that no user was needed for', async () => {
  const scene = await quiet();
  const { execution, record } = await scene.rollout({ name: 'v2' });
  expect(record).toMatchObject({ outcome: 'promoted', decidedBy: 'judge' });
  expect(record?.state?.replay).toMatchObject({ verdict: 'proven', planned: 1500 });
  expect(record?.state?.weights.map(({ weight }) => weight)).toEqual([50, 100]);
  expect(notes(record)).toMatch(/replay of [\d,]+ requests: no harm on errors, latency, predictions/);
  expect(outcomeInWords(record!).happened).toMatch(/: replay of [\d,]+ requests \+ [\d,]+ live$/);
  expect(execution.transitions).toBeLessThanOrEqual(60);
  expect(await scene.atRest()).toBe('v2');
});

it('says, where a canary proves nothing for want of traffic, what captured requests would prove', async () => {
  const scene = await Scene.open();
  scene.requestsPerMinute = 24;
  await scene.serve({ name: 'v1' }, 60);
  const begun = await scene.rollout({ name: 'v2' });
  const foreseen = await scene.rollout({ name: 'v3' }, { strategy: 'Auto' });
  for (const { execution } of [begun, foreseen]) {
    expect(execution.error).toBe('InsufficientEvidence');
    expect(execution.cause).toMatch(
      /a replay(:| would help:) at 2[34] requests a minute the captured requests of a day prove a good green in 1 min before any user and (19|26) more live: captureSampleRate "auto" keeps 3,000 a day, 736 that/,
    );
  }
});

it.each([
  [
    'fails some requests that blue answers',
    { name: 'v2', nonFinite: 0.05 },
    /errors: green fails a request that blue answers/,
  ],
  ['takes twice as long', { name: 'v2', latencyMs: 60 }, /latency: green took over/],
] as const)('refuses a green that %s, and no user has met it', async (_, green, cause) => {
  const scene = await quiet();
  const { execution, record } = await scene.rollout(green);
  expect(execution).toMatchObject({ status: 'FAILED', error: 'ModelRejected' });
  expect(execution.cause).toMatch(/^replay of [\d,]+ requests?, before any user: /);
  expect(execution.cause).toMatch(cause);
  expect(execution.cause).toContain('they differ most on samples/digits.jsonl request ');
  expect(record).toMatchObject({ outcome: 'rejected' });
  expect(record?.state?.weights).toEqual([]);
  expect(await scene.atRest()).toBe('v1');
});

describe('a green that answers otherwise', () => {
  it('waits for a person, and silence refuses it before any traffic', async () => {
    const scene = await quiet({ approval: { mode: 'none', timeoutMinutes: 30, defaultAnswer: 'reject' } });
    const { execution, record } = await scene.rollout({ name: 'v2', accuracy: 0.7 });
    expect(execution).toMatchObject({ status: 'FAILED', error: 'ApprovalRejected' });
    expect(record?.state?.replay).toMatchObject({ verdict: 'differs' });
    expect(record?.state?.weights).toEqual([]);
    expect(scene.notices('answers otherwise').length).toBeGreaterThan(0);
    expect(await scene.atRest()).toBe('v1');
  });

  it('gets its canary after a yes, and is promoted if all else is well', async () => {
    const scene = await quiet({
      approval: { mode: 'none', timeoutMinutes: 30, defaultAnswer: 'approve' },
      strategy: { steps: [{ weight: 50, bakeMinutes: 15 }] },
    });
    scene.requestsPerMinute = 6_000;
    const { record } = await scene.rollout({ name: 'v2', accuracy: 0.7, classes: [0.3, 0.4, 0.3] });
    expect(record).toMatchObject({ outcome: 'promoted' });
    expect(record?.state?.weights.map(({ weight }) => weight)).toEqual([50, 100]);
  });

  it('is asked about twice where promotions need a person, too, and each question is told', async () => {
    const scene = await quiet({
      approval: { mode: 'before-promote', timeoutMinutes: 30, defaultAnswer: 'approve' },
      strategy: { steps: [{ weight: 50, bakeMinutes: 15 }] },
    });
    scene.requestsPerMinute = 6_000;
    const { record } = await scene.rollout({ name: 'v2', accuracy: 0.7, classes: [0.3, 0.4, 0.3] });
    expect(record).toMatchObject({ outcome: 'promoted', decidedBy: 'default answer of the approval' });
    expect(scene.notices('answers otherwise')).toHaveLength(1);
    expect(scene.notices('approve version 3?')).toHaveLength(2);
  });

  it('asks no person where labels show that it is right', async () => {
    const scene = await quiet({}, { name: 'v1', accuracy: 0.7 });
    await scene.world.run(scene.app.put(SAMPLES, samples(1500, true)));
    const { record } = await scene.rollout({ name: 'v2' });
    expect(record).toMatchObject({ outcome: 'promoted' });
    expect(record?.state?.replay).toMatchObject({ verdict: 'proven' });
  });

  it('is refused where the endpoint asks no person', async () => {
    const scene = await quiet({ replay: { samples: SAMPLES, onDisagreement: 'reject' } });
    const { execution } = await scene.rollout({ name: 'v2', accuracy: 0.7 });
    expect(execution).toMatchObject({ status: 'FAILED', error: 'ModelRejected' });
  });
});

it('goes on in the canary from what too few pairs have shown', async () => {
  const scene = await quiet({ onInsufficientEvidence: { extendMinutes: 0 } }, { name: 'v1' }, 300);
  scene.requestsPerMinute = 3_000;
  const { record } = await scene.rollout({ name: 'v2' });
  expect(record?.state?.replay).toMatchObject({ verdict: 'unproven', asked: 300 });
  expect(Object.keys(record?.state?.replay?.evidence ?? {})).toEqual(['errors', 'latency', 'predictions']);
  expect(notes(record)).toContain('without proof: all 300 requests were asked');
  expect(record?.state?.weights.at(0)).toMatchObject({ weight: 10 });
});

it('says what the canary alone can prove where nothing is there to replay, and leaves it all false alarms', async () => {
  const scene = await Scene.open({
    template: templateOf({ name: ENDPOINT, captureSampleRate: NONE_OF_USERS }),
    settings: { strategy: 'Auto' },
  });
  scene.requestsPerMinute = 6_000;
  await scene.serve({ name: 'v1' }, 60);
  const { record } = await scene.rollout({ name: 'v2' });
  expect(record).toMatchObject({ outcome: 'promoted' });
  expect(record?.state?.replay).toMatchObject({ verdict: 'unproven', planned: 0, asked: 0 });
  expect(record?.state?.outlook?.words).toMatch(/requests? a minute/);
  expect(notes(record)).toContain('there is no request to replay');
  expect(record?.state?.config.settings.falseAlarmRate).toBe(0.01);
});

it('goes on with the samples that it began with, though the file is replaced in the middle', async () => {
  const scene = await quiet({}, { name: 'v1', latencyMs: 900 }, 700);
  const versionId = await scene.upload({ name: 'v2', latencyMs: 900 });
  const rollout = await scene.started(({ input }) => input.includes(versionId));
  await scene.reaches(rollout, 'ReplayTraffic');
  await scene.world.runFor(MINUTE);
  await scene.world.run(scene.app.put(SAMPLES, samples(100)));
  const { record } = await scene.end(rollout);
  expect(record?.state?.replay).toMatchObject({ planned: 700, asked: 700, pairs: 700 });
});

it('begins no canary without proof where proof is required', async () => {
  const scene = await quiet({ replay: { samples: SAMPLES, mode: 'required' } }, { name: 'v1' }, 300);
  const { execution, record } = await scene.rollout({ name: 'v2' });
  expect(execution).toMatchObject({ status: 'FAILED', error: 'InsufficientEvidence' });
  expect(record?.state?.weights).toEqual([]);
});

it('replays in a dry run, and touches no traffic', async () => {
  const scene = await quiet();
  const { record } = await scene.rollout({ name: 'v2' }, { dryrun: 'true' });
  expect(record).toMatchObject({ outcome: 'dry-run-passed' });
  expect(record?.state?.replay).toMatchObject({ verdict: 'proven' });
  expect(record?.state?.weights).toEqual([]);
});

it('works in chunks, each of which goes on where the one before it ended', async () => {
  const scene = await quiet({}, { name: 'v1', latencyMs: 900 }, 700);
  const versionId = await scene.upload({ name: 'v2', latencyMs: 900 });
  const rollout = await scene.started(({ input }) => input.includes(versionId));
  await scene.reaches(rollout, 'ReplayTraffic', 2);
  const kept = JSON.parse(
    Buffer.from(
      scene.world.services.s3.readBytes(
        bucketOf(scene),
        `rollouts/${ENDPOINT}/${rollout.name}/${EVIDENCE_DOCUMENT.replay}`,
      ),
    ).toString(),
  ) as { requests: string[]; pairs: { request: string }[] };
  expect(kept.pairs.length).toBeGreaterThan(0);
  expect(kept.pairs.map(({ request }) => request)).toEqual(kept.requests.slice(0, kept.pairs.length));
  const { record } = await scene.end(rollout);
  expect(record?.state?.replay?.asked).toBeGreaterThan(kept.pairs.length);
});

it('asks each request once in its evidence, though a chunk was written and its answer lost', async () => {
  const scene = await quiet({}, { name: 'v1', latencyMs: 400 }, 800);
  let lost = 0;
  scene.world.hooks.onAfter(({ command, input }) => {
    if (command !== 'PutObject' || !String(input['Key']).endsWith(EVIDENCE_DOCUMENT.replay) || lost > 0) return;
    lost += 1;
    throw Object.assign(new Error('the answer was lost'), { name: 'TimeoutError' });
  });
  const { record } = await scene.rollout({ name: 'v2', latencyMs: 400 }, { dryrun: 'true' });
  expect(lost).toBe(1);
  expect(record).toMatchObject({ outcome: 'dry-run-passed' });
  const kept = JSON.parse(
    Buffer.from(
      scene.world.services.s3.readBytes(
        bucketOf(scene),
        `rollouts/${ENDPOINT}/${record!.id}/${EVIDENCE_DOCUMENT.replay}`,
      ),
    ).toString(),
  ) as { asked: number; pairs: { request: string }[] };
  expect(new Set(kept.pairs.map(({ request }) => request)).size).toBe(kept.pairs.length);
  expect(kept.asked).toBe(record?.state?.replay?.asked);
});

describe('requests come from', () => {
  it('what was captured, of which identical ones count once', async () => {
    const scene = await Scene.open({ template: templateOf({ name: ENDPOINT, captureSampleRate: NONE_OF_USERS }) });
    scene.requestsPerMinute = 20;
    await scene.serve({ name: 'v1' }, 60);
    for (let index = 0; index < 80; index += 1) {
      const inputs = [{ name: 'x', datatype: 'FP32', shape: [1, 2], data: [index % 3, (index % 60) / 60] }];
      const key = capturedKey(ENDPOINT, scene.now - (index % 3) * 24 * 60 * MINUTE, `r-${index}`);
      await scene.world.run(scene.app.put(key, JSON.stringify({ inputs })));
    }
    const { record } = await scene.rollout({ name: 'v2' }, { dryrun: 'true' });
    expect(record?.state?.replay).toMatchObject({ planned: 60, asked: 60, from: '60 of 60 captured requests' });
  });

  it('a file of the usual name, which no setting names', async () => {
    const scene = await Scene.open({ template: templateOf({ name: ENDPOINT }) });
    await scene.serve();
    const without = await scene.rollout({ name: 'v2' }, { dryrun: 'true' });
    expect(without.record).toMatchObject({ outcome: 'dry-run-passed' });
    expect(without.record?.state?.replay).toBeUndefined();
    await scene.world.run(scene.app.put(`samples/${ENDPOINT}.jsonl.gz`, gzipSync(samples(120))));
    const { record } = await scene.rollout({ name: 'v3' }, { dryrun: 'true' });
    expect(record?.state?.replay).toMatchObject({ asked: 120, from: '120 of 120 samples in samples/digits.jsonl.gz' });
  });

  it.each([
    [undefined, 'dry-run-passed', undefined],
    ['required' as const, 'aborted', 'InsufficientEvidence'],
  ])('nowhere, where the usual file is missing: with mode %s that is %s', async (mode, outcome, error) => {
    const scene = await Scene.open({ template: templateOf({ name: ENDPOINT, replay: { mode } }) });
    await scene.serve();
    const { execution, record } = await scene.rollout({ name: 'v2' }, { dryrun: 'true' });
    expect([record?.outcome, execution.error]).toEqual([outcome, error]);
  });

  it('each hour alike, so that a flood in one of them does not crowd out the others', async () => {
    const scene = await Scene.open({
      template: templateOf({ name: ENDPOINT, captureSampleRate: NONE_OF_USERS }),
      settings: { replay: { pairs: 120 } },
    });
    await scene.serve();
    scene.leaveUsers();
    let made = 0;
    for (const kept of [30, 500, 30, 30]) {
      for (let index = 0; index < kept; index += 1) {
        made += 1;
        const inputs = [{ name: 'x', datatype: 'FP32', shape: [1, 2], data: [made % 3, made / 600] }];
        await scene.world.run(scene.app.put(capturedKey(ENDPOINT, scene.now, `r-${made}`), JSON.stringify({ inputs })));
      }
      await scene.world.runFor(60 * MINUTE);
    }
    const { record } = await scene.rollout({ name: 'v2' }, { dryrun: 'true' });
    expect(record?.state?.replay).toMatchObject({ planned: 120, from: '120 of 590 captured requests' });
    const document = `rollouts/${ENDPOINT}/${record!.id}/${EVIDENCE_DOCUMENT.replay}`;
    const text = Buffer.from(scene.world.services.s3.readBytes(bucketOf(scene), document)).toString();
    const { requests } = JSON.parse(text) as { requests: string[] };
    const ofFlood = requests.map((id) => Number(/r-(\d+)/.exec(id)?.[1])).filter((n) => n > 30 && n <= 530);
    expect(ofFlood).toHaveLength(30);
  });

  it('a packed file, and a file that is missing is said to be so before any traffic', async () => {
    const packed = `${SAMPLES}.gz`;
    const scene = await Scene.open({ template: templateOf({ name: ENDPOINT, replay: { samples: packed } }) });
    await scene.serve();
    const missing = await scene.rollout({ name: 'v2' });
    expect(missing.execution).toMatchObject({ status: 'FAILED', error: 'PreflightFailed' });
    expect(missing.execution.cause).toContain(`there is no s3://${bucketOf(scene)}/${packed}`);
    await scene.world.run(scene.app.put(packed, gzipSync(samples(120))));
    const { record } = await scene.rollout({ name: 'v3' }, { dryrun: 'true' });
    expect(record?.state?.replay).toMatchObject({ planned: 120, asked: 120 });
  });
});

it.each([
  [10, 1],
  [1_000, 8],
])('of an account with %i executions it takes at most a tenth: %i at once', async (limit, atOnce) => {
  const scene = await quiet({}, { name: 'v1' }, 100);
  scene.world.services.lambda.concurrency.limit = limit;
  const before = scene.world.hooks.calls.length;
  await scene.rollout({ name: 'v2' }, { dryrun: 'true' });
  // Each takes 20 ms.
  const begun = scene.world.hooks.calls
    .slice(before)
    .filter(({ command, input }) => command === 'Invoke' && input['LogType'] === 'Tail')
    .map(({ at }) => at)
    .slice(20, -20);
  const together = begun.map((at) => begun.filter((other) => other > at - 20 && other <= at).length);
  expect(Math.max(...together)).toBe(atOnce);
});

const bucketOf = (scene: Scene): string => scene.world.stack.ref(scene.world.stack.idsOf('AWS::S3::Bucket')[0]!);
