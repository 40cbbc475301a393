import { largest } from './runs/outcome';
import type { MeasuredScale } from './runs/sizes';

/** One thing that must hold, and what it was here. */
export interface ScaleAim {
  readonly what: string;
  readonly value: number;
  readonly atMost: number;
  readonly unit: 's' | 'min' | '';
}

/** NaN is not met: what was not measured was not reached. */
export const isMet = ({ value, atMost }: ScaleAim): boolean => value <= atMost;

/** Rollouts up to which blue is to be back in time; beyond it the account's control plane is what it takes. */
const IN_TIME_UP_TO = 100;
const RESTORED_SECONDS = 120;
const RECONCILED_SECONDS = 5 * 60;
const TORN_DOWN_SECONDS = 60 * 60;

export function aimsOf({ atRest, rollouts }: MeasuredScale): readonly ScaleAim[] {
  const broken = [...atRest, ...rollouts].reduce((sum, one) => sum + one.broken.length, 0);
  const failed = rollouts.reduce((sum, one) => sum + one.failedRequests, 0);
  const most = atRest.at(-1);
  const restored = rollouts.filter(({ kind, atOnce }) => kind === 'bad' && atOnce <= IN_TIME_UP_TO);
  const outages = rollouts.filter(({ kind }) => kind === 'outage');
  const last = (of: typeof rollouts) => largest(of.map((one) => one.restored?.last ?? NaN));
  return [
    { what: 'promises broken, all runs', value: broken, atMost: 0, unit: '' },
    { what: "users' requests that failed and should not have", value: failed, atMost: 0, unit: '' },
    {
      what: `first bad minute settled until blue is alone, the last of up to ${IN_TIME_UP_TO} at once`,
      value: last(restored),
      atMost: RESTORED_SECONDS,
      unit: 's',
    },
    {
      what: 'end of an outage of UpdateAlias until blue is alone, the last',
      value: last(outages),
      atMost: RECONCILED_SECONDS,
      unit: 's',
    },
    {
      what: `all of ${most?.endpoints ?? 0} endpoints reconciled, the slowest pass`,
      value: most?.reconciledSeconds ?? NaN,
      atMost: RECONCILED_SECONDS,
      unit: 's',
    },
    {
      what: `idle versions of ${most?.endpoints ?? 0} endpoints torn down`,
      value: most?.tornDownSeconds ?? NaN,
      atMost: TORN_DOWN_SECONDS,
      unit: 's',
    },
  ];
}
