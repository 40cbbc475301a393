import type { Plan } from '../../cli/plan/plan';
import type { EndpointView } from '../../lambdas/contract/view';
import type { DeployedEndpoint } from '../../lab/deployed/endpoint';
import { waitUntil } from '../../lab/deployed/wait-until';
import { STACKS } from './app/stacks';
import { typed, typedJson, typing } from './stage/command-line';
import { example } from './stage/paths';
import { storyOf } from './stage/story';
import { whileUsersCall } from './stage/traffic';

const NAME = 'asked';
/** A command is a process of its own, which on a busy machine takes its seconds to start. */
const PATIENTLY = { withinSeconds: 600 };

async function whileUsersCallFor<T>(endpoint: DeployedEndpoint, happens: () => Promise<T>): Promise<T> {
  const done: T[] = [];
  await whileUsersCall(endpoint, async () => void done.push(await happens()));
  return done[0]!;
}

describe('an endpoint that asks a person', () => {
  const scene = storyOf(STACKS.several, NAME);
  let live = '';

  const asks = (): Promise<EndpointView> =>
    waitUntil(
      'a question',
      async () => {
        const { result } = await typedJson<readonly EndpointView[]>('status', NAME);
        return result.find(({ state }) => state === 'waiting for an answer');
      },
      { withinMs: 240_000, everyMs: 1_000 },
    );
  const upload = (file: string) => typing('upload', example(file), '--endpoint', NAME, '--wait');

  scene(
    'promotes after a yes, and takes no second answer',
    async ({ endpoint }) => {
      const first = upload('v1-baseline.onnx');
      const { next, rollout } = await asks();
      expect(next.map(({ command }) => command)).toContain(`greenlight approve ${NAME} --reason '…'`);
      expect((await typed('explain', NAME)).out).toContain('This endpoint asks a person before it promotes.');
      const yes = await typedJson('approve', NAME, '--reason', 'looks right', '--by', 'Grace');
      expect(yes).toMatchObject({ exitCode: 0, result: { approved: true, by: 'Grace', reason: 'looks right' } });
      const second = await typedJson('reject', NAME, '--rollout', rollout!.id);
      expect(second.exitCode).toBe(1);
      expect(['AlreadyAnswered', 'RolloutEnded', 'NothingToApprove']).toContain(second.error?.name);
      expect((await first.ended).code).toBe(0);
      expect(await endpoint.record(rollout!.id)).toMatchObject({ decidedBy: 'person: Grace (looks right)' });
      live = await endpoint.atRest({ withinMs: 120_000 });
    },
    PATIENTLY,
  );

  scene(
    'keeps blue after a no',
    async ({ endpoint }) => {
      const next = upload('v2-better.onnx');
      await asks();
      const { code, out } = await typed('reject', NAME, '--reason', 'not on a Friday');
      expect([code, out]).toEqual([0, expect.stringContaining('blue is being put back')]);
      const ended = await next.ended;
      expect([ended.code, ended.out]).toEqual([1, expect.stringContaining('ApprovalRejected')]);
      expect(await endpoint.atRest({ withinMs: 120_000 })).toBe(live);
    },
    PATIENTLY,
  );

  scene(
    'takes promote for a yes, and asks no one about a dry run',
    async ({ endpoint }) => {
      const dry = await typed('start', NAME, '--dry-run', '--wait');
      expect([dry.code, dry.out]).toEqual([0, expect.stringContaining('ended as dry-run-passed.')]);
      const started = typing('start', NAME, '--wait', '--json');
      await asks();
      expect(await typedJson('promote', NAME, '--reason', 'now')).toMatchObject({ result: { how: 'approved' } });
      expect(JSON.parse((await started.ended).out)).toMatchObject({
        exitCode: 0,
        result: { rollout: { outcome: 'promoted' } },
      });
      expect(await endpoint.atRest({ withinMs: 120_000 })).not.toBe(live);
    },
    PATIENTLY,
  );

  scene(
    'says what another canary could prove, once there is traffic to tell it from',
    async ({ endpoint }) => {
      // A minute is counted three minutes after it began, and those of the canary before are not blue's alone.
      const planned = await whileUsersCallFor(endpoint, () =>
        waitUntil(
          'a plan',
          async () =>
            [await typedJson<Plan>('plan', NAME, '--quick', '--strategy', 'Canary10Percent5Minutes')].find(
              ({ exitCode }) => exitCode === 0,
            ),
          { withinMs: 500_000, everyMs: 10_000 },
        ),
      );
      expect(planned.result.traffic.source).toMatch(/ minutes of version \d+/);
      expect(planned.result.traffic.requestsPerMinute).toBeGreaterThan(30);
      expect(planned.result.watch).toBeNull();
    },
    PATIENTLY,
  );
});
