import { isAwsError } from '../../../lambdas/adapters/sdk/answers';
import type { Bench } from '../bench/bench';
import { call, pointAlias, publishAnother } from '../bench/functions';
import { NotAskable, answered, type Question } from './question';
import { quantile } from './quantile';

const MOST_MS = 5_000;
const SWITCHES = 10;
const CALLERS = 4;
const PAUSE_MS = 50;

export const aliasPropagation: Question = {
  id: 'L5',
  question: 'How long after an alias update do callers still get the old version, and does a call fail meanwhile?',
  assumption: `At most ${MOST_MS / 1000} s, and no call fails`,
  buildsOn: ['lambdas/domain/minutes.ts', 'lambdas/steps/judgement/look.ts'],
  minutes: 5,
  how: `${SWITCHES} switches under ${CALLERS} callers for ${MOST_MS / 1000 + 1} s each, at most 10,000 calls`,
  ask: async (bench) => {
    const versions = [await publishAnother(bench), await publishAnother(bench)] as const;
    await pointAlias(bench, versions[0]);
    if ((await call(bench)).version === undefined)
      throw new NotAskable('probe: a call does not say which version answered');
    const lags: number[] = [];
    let failed = 0;
    for (let round = 0; round < switchesOf(bench); round += 1) {
      const [old, next] = round % 2 === 0 ? versions : [versions[1], versions[0]];
      const began = bench.clock.now();
      const callers = Array.from({ length: CALLERS }, () => callUntil(bench, old, began + MOST_MS + 1_000));
      await pointAlias(bench, next);
      const written = bench.clock.now();
      const seen = await Promise.all(callers);
      lags.push(Math.max(0, Math.max(...seen.map(({ lastOld }) => lastOld)) - written));
      failed += seen.reduce((sum, one) => sum + one.failed, 0);
    }
    const [p50, p95, most] = [quantile(lags, 0.5), quantile(lags, 0.95), Math.max(...lags)];
    return answered(
      most <= MOST_MS && failed === 0,
      `the last call that the old version answered began ${p50} ms (p50), ${p95} ms (p95), ${most} ms (most) ` +
        `after the update was answered; ${failed} calls failed`,
      {
        switches: lags.length,
        p50Ms: p50,
        p95Ms: p95,
        mostMs: most,
        failedCalls: failed,
      },
    );
  },
};

const switchesOf = ({ place }: Bench): number => (place === 'emulator' ? 2 : SWITCHES);

/** Calls again and again; answers when the last call began that the old version answered, and how many failed. */
async function callUntil(bench: Bench, old: string, end: number) {
  let [lastOld, failed] = [0, 0];
  for (; bench.clock.now() < end; await bench.clock.sleep(PAUSE_MS)) {
    const began = bench.clock.now();
    try {
      if ((await call({ ...bench, ...bench.once })).version === old) lastOld = began;
    } catch (error) {
      // Throttled is the account's limit, not the alias' doing.
      if (!isAwsError(error, 'TooManyRequestsException')) failed += 1;
    }
  }
  return { lastOld, failed };
}
