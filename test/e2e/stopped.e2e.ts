import type { EnteredState } from '../../lab/deployed/execution';
import type { DeployedUploadOptions } from '../../lab/deployed/endpoint';
import { waitUntil } from '../../lab/deployed/wait-until';
import { STACKS } from './app/stacks';
import { example } from './stage/paths';
import { storyOf } from './stage/story';
import { whileUsersCall } from './stage/traffic';

/** When a person presses Stop: as soon as the execution has entered this state. */
interface Moment {
  readonly state: EnteredState;
  /** All at once comes to a promotion without a canary. */
  readonly strategy?: 'AllAtOnce';
}

const MOMENTS: readonly Moment[] = [
  { state: 'DeployGreen' },
  { state: 'VerifyGreen' },
  { state: 'ShiftTraffic' },
  { state: 'Bake' },
  { state: 'PromoteGreen', strategy: 'AllAtOnce' },
];

/** Promised where AWS's events arrive. */
const SAFE_WITHIN_MS = 60_000;

describe('a rollout that a person stops', () => {
  const scene = storyOf(STACKS.several, 'stopped');
  const closedBy: (string | undefined)[] = [];
  let blue = '';

  scene('is one beside a model in service', async ({ endpoint }) => {
    const execution = await endpoint.rollout(example('v1-baseline.onnx'));
    expect((await execution.end({ withinMs: 200_000 })).status).toBe('SUCCEEDED');
    blue = await endpoint.atRest({ withinMs: 120_000 });
  });

  for (const { state, strategy } of MOMENTS) {
    scene(`in ${state} leaves blue alone in service, the lock free and no request unanswered`, async ({ endpoint }) => {
      const options: DeployedUploadOptions = strategy === undefined ? {} : { metadata: { strategy } };
      const users = await whileUsersCall(
        endpoint,
        async ({ requests }) => {
          const execution = await endpoint.rollout(example('v2-better.onnx'), options);
          await execution.reaches(state, { withinMs: 180_000 });
          await execution.stop();
          const { status } = await execution.end({ withinMs: 120_000 });
          expect(status).toBe('ABORTED');
          expect(await endpoint.atRest({ withinMs: SAFE_WITHIN_MS })).toBe(blue);
          // A step that still runs may not write the alias any more: blue stays, for calls in the next seconds.
          const since = Date.now();
          const later = () => requests.filter(({ sentAt }) => sentAt > since);
          await waitUntil('12 more requests', async () => later().length >= 12 || undefined, { withinMs: 120_000 });
          expect(new Set(later().map(({ version }) => version))).toEqual(new Set([blue]));
          expect(await endpoint.atRest({ withinMs: 0 })).toBe(blue);
          const record = await endpoint.ended(execution.name, { withinMs: 120_000 });
          expect(record).toMatchObject({
            error: 'Stopped',
            decidedBy: 'person: stopped the execution',
            liveVersionAfter: blue,
          });
          closedBy.push(record.state?.timeline.at(-1)?.state);
        },
        { perSecond: 3 },
      );
      expect(users.failures).toEqual([]);
    });
  }

  scene('is closed by the safety net; the reconciler comes first at most once by chance', async () => {
    expect(closedBy).toHaveLength(MOMENTS.length);
    expect(closedBy.filter((state) => state === 'SafetyNet').length).toBeGreaterThanOrEqual(MOMENTS.length - 1);
  });

  scene('does not keep the next one from being promoted', async ({ endpoint }) => {
    const users = await whileUsersCall(
      endpoint,
      async () => {
        const execution = await endpoint.rollout(example('v2-better.onnx'), { metadata: { strategy: 'AllAtOnce' } });
        expect((await execution.end({ withinMs: 180_000 })).status).toBe('SUCCEEDED');
        expect(await endpoint.record(execution.name)).toMatchObject({ outcome: 'promoted' });
        expect(await endpoint.atRest({ withinMs: 120_000 })).not.toBe(blue);
      },
      { perSecond: 3 },
    );
    expect(users.failures).toEqual([]);
  });
});
