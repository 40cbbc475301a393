import type { SimulatedSide } from '../simulate/canary';
import type { SimulatedRegression } from '../simulate/setting';

/**
 * Answers that users got and blue would have given better: failures counted; slow and changed ones by their fraction.
 */
export function badAnswers(regression: SimulatedRegression, green: readonly SimulatedSide[]): number {
  const sum = (of: (side: SimulatedSide) => number) => green.reduce((total, side) => total + of(side), 0);
  switch (regression.type) {
    case 'none':
      return 0;
    case 'errx':
    case 'errpp':
    case 'total':
      return sum(({ errors }) => errors);
    case 'lat':
      return sum(({ invocations }) => invocations);
    case 'tail':
      return regression.f * sum(({ invocations }) => invocations);
    case 'drift':
      return regression.d * sum(({ invocations, errors }) => invocations - errors);
    default:
      return regression satisfies never;
  }
}
