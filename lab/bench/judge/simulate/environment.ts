import type { Random } from '../../../../lambdas/domain/plan/coins';
import type { Setting } from './setting';

const { PI, floor, min, sin } = Math;

/** What a minute does to both versions: factors on traffic, error rate and latency, and failures added to all. */
export interface Weather {
  readonly traffic: number;
  readonly errors: number;
  readonly extraErrors: number;
  readonly latency: number;
}

const CALM: Weather = { traffic: 1, errors: 1, extraErrors: 0, latency: 1 };

/** Traffic rises while an incident lasts, because callers try again. */
const RETRIES = 1.3;

/** The weather of each minute, by its number: negative before the canary, 1 for its first minute. */
export function weatherOf({ env, minutes }: Setting, random: Random): (minute: number) => Weather {
  switch (env) {
    case 'flat':
      return () => CALM;
    case 'diurnal':
      return trend;
    case 'burst':
      return incidents(random, minutes);
    default:
      return env satisfies never;
  }
}

/** A sine of three hours, lowest 45 minutes before the canary: traffic +-50 %, errors x1 to x3, latency up to +25 %. */
function trend(minute: number): Weather {
  const phase = sin((2 * PI * minute) / 180);
  return { traffic: 1 + 0.5 * phase, errors: 2 + phase, extraErrors: 0, latency: 1 + 0.125 * (1 + phase) };
}

/** One to three incidents of 2 to 5 minutes: 10 to 50 points of errors, latency x1.5 to 3.5. */
function incidents(random: Random, length: number): (minute: number) => Weather {
  const weather = new Map<number, Weather>();
  for (let left = 1 + floor(3 * random.uniform()); left > 0; left--) {
    const from = 1 + floor((length - 4) * random.uniform());
    const minutes = 2 + floor(4 * random.uniform());
    const [extraErrors, latency] = [0.1 + 0.4 * random.uniform(), 1.5 + 2 * random.uniform()];
    for (let minute = from; minute < from + minutes; minute++) {
      const already = weather.get(minute) ?? CALM;
      weather.set(minute, {
        traffic: RETRIES,
        errors: 1,
        extraErrors: min(0.95, already.extraErrors + extraErrors),
        latency: already.latency * latency,
      });
    }
  }
  return (minute) => weather.get(minute) ?? CALM;
}
