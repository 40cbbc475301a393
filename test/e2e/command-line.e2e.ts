import { existsSync, mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { EndedView, EndpointView } from '../../lambdas/contract/view';
import { waitUntil } from '../../lab/deployed/wait-until';
import type { CheckUp } from '../../cli/doctor';
import { page } from '../repository/docs/markdown-files';
import { commandsIn, shellBlocks } from '../repository/docs/shell-commands';
import { STACKS } from './app/stacks';
import { typed, typedJson, typing } from './stage/command-line';
import { example } from './stage/paths';
import { storyOf } from './stage/story';

/**
 * Long enough for looks that do not decide. The first is up to 4 min 46 s after the shift: the rest of its minute, a
 * whole one, two in which it settles, and the endpoint's own second of the minute, at most the 46th.
 */
const FIVE_MINUTES = JSON.stringify({ steps: [{ weight: 50, bakeMinutes: 5 }] });
const NAME = 'typed';
/** A command is a process of its own, which on a busy machine takes its seconds to start. */
const PATIENTLY = { withinSeconds: 600 };

const statusNow = async (): Promise<EndpointView> =>
  (await typedJson<readonly EndpointView[]>('status', NAME)).result[0]!;
const until = (what: string, holds: (view: EndpointView) => boolean, withinMs: number): Promise<EndpointView> =>
  waitUntil(what, async () => [await statusNow()].find(holds), { withinMs, everyMs: 2_000 });

/** The words of a command of the first guide, for this endpoint. */
function asInGuide(command: string): readonly string[] {
  const all = shellBlocks(page('docs/guides/first-15-minutes.md')).flatMap(commandsIn);
  const found = all.find(([npx, program, name]) => npx === 'npx' && program === 'greenlight' && name === command);
  if (found === undefined) throw new Error(`the first guide has no greenlight ${command}`);
  return found.slice(2).map((word) => (word === 'digits' ? NAME : word));
}

/** Users as the first guide plays them, until it is over or has failed. */
async function whileSyntheticUsersCall(happens: () => Promise<void>) {
  // Half as many: this machine does everything else, too.
  const users = typing(...asInGuide('traffic').map((word) => (word === '600' ? '300' : word)), '--json');
  try {
    await happens();
  } finally {
    users.interrupt();
  }
  const { code, out } = await users.ended;
  return { code, ...(JSON.parse(out) as { result: { answers: Readonly<Record<string, number>> } }) };
}

describe('the command line', () => {
  const scene = storyOf(STACKS.several, NAME);
  let [first, better] = ['', ''];

  scene(
    'puts a first model in service, and keeps what is idle for later',
    async ({ endpoint }) => {
      expect(await statusNow()).toMatchObject({
        endpoint: NAME,
        state: 'at rest',
        live: { model: null },
        rollout: null,
      });
      expect(await typedJson('plan', NAME)).toMatchObject({ exitCode: 1, error: { name: 'NoTraffic' } });
      expect((await typed('postpone', NAME, '--hours', '1', '--reason', 'the story')).code).toBe(0);
      const { code, out } = await typed('upload', example('v1-baseline.onnx'), '--endpoint', NAME, '--wait');
      expect([code, out]).toEqual([0, expect.stringContaining('ended as promoted-first.')]);
      first = await endpoint.atRest({ withinMs: 120_000 });
      expect((await statusNow()).live?.version).toBe(first);
    },
    PATIENTLY,
  );

  scene(
    'goes on as the deploy’s outputs and the first guide say: what is missing, and an answer',
    async ({ app }) => {
      const [npx, only, program, ...words] = app.stack.outputs['Next1Doctor']?.split(' ') ?? [];
      expect([npx, only, program]).toEqual(['npx', '--no-install', 'greenlight']);
      const { result } = await typedJson<{ readonly findings: readonly CheckUp[] }>(...words);
      const states = result.findings.map(({ check, state }) => `${check} ${state}`);
      expect(states).toEqual(
        expect.arrayContaining(['credentials ok', 'region ok', 'bootstrap ok', 'app ok', `${NAME}: live ok`]),
      );
      await app.put(`golden/${NAME}.json`, example('golden.json'));
      const { code, out } = await typed(...asInGuide('infer'));
      expect([code, out]).toEqual([
        0,
        expect.stringMatching(new RegExp(`^${NAME}: 200 in \\d+ ms, by version ${first}\n`)),
      ]);
      expect((await typed('open', NAME)).out).toMatch(/^https:\/\/[\w.-]+\.console\.aws\.amazon\.com\//);
    },
    PATIENTLY,
  );

  scene(
    'follows a canary, explains it, and promotes it for a person once there are numbers',
    async ({ endpoint }) => {
      const users = await whileSyntheticUsersCall(async () => {
        const upload = typing(
          ...['upload', example('v2-better.onnx'), '--endpoint', NAME, '--strategy', FIVE_MINUTES],
          ...['--reason', 'Größer, und besser', '--wait', '--json'],
        );
        await until('a canary', ({ canary }) => canary?.weight === 50, 180_000);
        const watch = typing('status', NAME, '--watch', '--interval', '2');
        const watchJson = typing('status', NAME, '--watch', '--json');
        const interrupted = typing('status', NAME, '--watch', '--interval', '1');
        expect(await typedJson('start', NAME)).toMatchObject({ exitCode: 1, error: { name: 'RolloutBusy' } });
        expect(await typedJson('approve', NAME)).toMatchObject({ exitCode: 1, error: { name: 'NothingToApprove' } });
        const early = await typedJson('promote', NAME, '--reason', 'impatient');
        expect(early).toMatchObject({ exitCode: 1, error: { name: 'TooEarlyToPromote' } });
        const lines = async () => interrupted.written().out || undefined;
        await waitUntil('a line of the watch', lines, { withinMs: 60_000 });
        interrupted.interrupt();
        expect((await interrupted.ended).code).toBe(130);

        const judged = await until('a look', ({ rollout }) => rollout?.judgement != null, 400_000);
        expect(judged.rollout).toMatchObject({ weight: 50, reason: 'Größer, und besser', step: { number: 1, of: 1 } });
        expect(judged.rollout?.judgement?.gates.map(({ gate }) => gate)).toContain('errors');
        const page = await typed('status', NAME);
        expect(page.out).toMatch(/ {2}errors +░+ +[\d.]+ % of [\d.]+ % +[█░]{12} +(> )?[\d.]+ % of [\d.]+ %/);
        expect((await typed('explain', NAME)).out).toContain('The judge says continue');
        const promoted = await typedJson('promote', NAME, '--reason', 'good enough');
        expect(promoted).toMatchObject({ exitCode: 0, result: { how: 'decided', by: 'ada', reason: 'good enough' } });

        const { code, out, err } = await upload.ended;
        expect({ code, err }).toEqual({ code: 0, err: '' });
        expect(JSON.parse(out)).toMatchObject({
          command: 'upload',
          result: { rollout: { outcome: 'promoted', decidedBy: expect.stringContaining('ada') as unknown } },
        });
        const [watched, watchedJson] = await Promise.all([watch.ended, watchJson.ended]);
        expect(watched.code).toBe(0);
        expect(watched.out).toMatch(/canary 1\/1, 50 %.*\n[^]*continue[^]*ended as promoted\./);
        const objects = watchedJson.out.trimEnd().split('\n');
        expect(objects.length).toBeGreaterThan(2);
        expect(JSON.parse(objects.at(-1)!)).toMatchObject({ exitCode: 0, result: { outcome: 'promoted' } });
      });
      expect(users).toMatchObject({ code: 0, result: { synthetic: true, stoppedBy: 'Ctrl-C', notSent: 0 } });
      expect(Object.keys(users.result.answers)).toEqual(['200']);
      better = await endpoint.atRest({ withinMs: 120_000 });
    },
    { withinSeconds: 900 },
  );

  scene(
    'tells what was, and what it cost',
    async () => {
      const history = await typedJson<readonly EndedView[]>('history', NAME);
      expect(history.result.map(({ outcome }) => outcome)).toEqual(['promoted', 'promoted-first']);
      expect((await typed('explain', NAME)).out).toContain('ended as promoted.');
      const file = join(mkdtempSync(join(tmpdir(), 'greenlight-')), 'report.html');
      expect((await typed('report', NAME, '--out', file)).code).toBe(0);
      expect(existsSync(file) && readFileSync(file, 'utf8')).toContain('Größer, und besser');
      const cost = await typedJson<{ readonly rollout: { readonly usd: number } }>('cost', NAME);
      expect(cost.exitCode).toBe(0);
      expect(await typedJson('explain', NAME, '--rollout', 'no-such')).toMatchObject({
        exitCode: 3,
        error: { name: 'RolloutUnknown' },
      });
      expect(await typedJson('status', 'nobody')).toMatchObject({ exitCode: 3, error: { name: 'UnknownEndpoint' } });
      expect(await typedJson('history', NAME, '--limit', '0')).toMatchObject({ exitCode: 2 });
    },
    PATIENTLY,
  );

  scene(
    'stops a rollout, after which the newest of two uploads that waited begins',
    async ({ endpoint }) => {
      const upload = (name: string, file: string) =>
        typing('upload', example(file), '--endpoint', NAME, '--name', name, '--wait');
      const running = upload('again.onnx', 'v1-baseline.onnx');
      await until('a canary', ({ canary }) => canary !== null, 180_000);
      const older = upload('older.onnx', 'v2-better.onnx');
      await until(
        'a waiting upload',
        ({ waitingUpload }) => waitingUpload?.key.endsWith('older.onnx') ?? false,
        30_000,
      );
      const newer = upload('newer.onnx', 'v2-better.onnx');
      expect(await older.ended).toMatchObject({ code: 1, err: expect.stringContaining('UploadSuperseded') as unknown });
      const { code, out } = await typed('abort', NAME, '--reason', 'the wrong model');
      expect([code, out]).toEqual([0, expect.stringMatching(/AbortedByPerson[^]*Safe after \d+(\.\d+)? s\./)]);
      expect(await running.ended).toMatchObject({ code: 1 });
      const [{ code: newerCode, out: newerOut }] = [await newer.ended];
      expect([newerCode, newerOut]).toEqual([0, expect.stringContaining('ended as already-live.')]);
      expect(await endpoint.atRest({ withinMs: 120_000 })).toBe(better);
      expect(await typedJson('abort', NAME, '--reason', 'x')).toMatchObject({ error: { name: 'NothingRuns' } });
    },
    PATIENTLY,
  );

  scene(
    'goes back, and frees what nothing needs any more',
    async ({ endpoint }) => {
      const refused = await typedJson('rollback', NAME, '--to', '99');
      expect(refused).toMatchObject({ exitCode: 1, error: { name: 'RollbackTargetUnavailable' } });
      // The canary that was aborted a moment ago has put blue back already.
      const again = await typed('rollback', NAME, '--reason', 'complaints');
      expect([again.code, again.out]).toEqual([0, expect.stringContaining('ended as already-live.')]);
      const back = await typed('rollback', NAME, '--to', first, '--reason', 'complaints');
      expect([back.code, back.out]).toEqual([0, expect.stringContaining(`In service: version ${first}.`)]);
      expect(await endpoint.versions()).toContain('1');
      expect((await typed('teardown', NAME)).out).toMatch(/postponed until .*: the story/);
      expect(await endpoint.versions()).toContain('1');
      expect((await typed('postpone', NAME, '--lift')).code).toBe(0);
      const dry = await typedJson<readonly { readonly deleted: readonly string[] }[]>('teardown', NAME, '--dry-run');
      expect(dry.exitCode).toBe(0);
      expect((await typedJson('teardown', NAME)).exitCode).toBe(0);
      expect([...(await endpoint.versions())].sort()).toEqual([first, better].sort());
    },
    PATIENTLY,
  );
});
