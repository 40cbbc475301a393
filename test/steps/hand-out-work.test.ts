import type { WaitingDeploy } from '../../lambdas/adapters/dynamodb/uploads';
import { NEXT_IN_WAVES } from '../../lambdas/contract/work';
import { handOutWork } from '../../lambdas/steps/hand-out-work';

const NAMES = Array.from({ length: 45 }, (_, index) => `e${index}`);

/** An end of a deploy with so much room by code; `waits` says which code an endpoint waits for. */
async function handedOut(room: Readonly<Record<string, number>>, waits: (index: number) => string | undefined) {
  const [read, sent]: [string[], string[]] = [[], []];
  let [reading, mostAtOnce] = [0, 0];
  await handOutWork(
    {
      settings: { listNames: async () => NAMES },
      waves: { readRoom: async () => new Map(Object.entries(room)) },
      locks: { readLock: async () => undefined },
      uploads: {
        readWaitingDeploy: async (endpoint: string): Promise<WaitingDeploy | undefined> => {
          read.push(endpoint);
          mostAtOnce = Math.max(mostAtOnce, (reading += 1));
          await Promise.resolve();
          reading -= 1;
          const code = waits(NAMES.indexOf(endpoint));
          return code === undefined ? undefined : { endpoint, code, isNewCode: true, executionName: 'x', input: '' };
        },
      },
      workQueue: {
        sendWork: async (_: unknown, work: readonly { readonly endpoint?: string }[]) =>
          void sent.push(...work.map(({ endpoint = '' }) => endpoint)),
      },
    } as unknown as Parameters<typeof handOutWork>[0],
    { job: 'reconcile', of: NEXT_IN_WAVES },
  );
  return { read: read.length, sent, mostAtOnce };
}

it('reads twenty endpoints at a time, and none after all room is given away', async () => {
  expect(await handedOut({ new: 2 }, () => 'new')).toEqual({ read: 20, sent: ['e0', 'e1'], mostAtOnce: 20 });
  expect(await handedOut({ new: 0 }, () => 'new')).toMatchObject({ read: 0, sent: [] });
});

it('reads all while a place is left, which is the first one free of its code', async () => {
  const waits = (index: number) => (index === 44 ? 'new' : index % 2 === 0 ? 'stopped' : undefined);
  expect(await handedOut({ new: 1, stopped: 0 }, waits)).toEqual({ read: 45, sent: ['e44'], mostAtOnce: 20 });
});
