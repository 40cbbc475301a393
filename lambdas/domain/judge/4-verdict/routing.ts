import LANCZOS_G from '@stdlib/constants-float64-gamma-lanczos-g';
import lanczosSum from '@stdlib/math-base-special-gamma-lanczos-sum-expg-scaled';
import type { EvidenceMinute } from '../../evidence';
import type { Routing } from '../judgement';

/** How closely routing is believed to follow the weight beforehand: as if so many requests had been seen. */
const CONCENTRATION = 1000;
/** Odds against the weight beyond which people are told: 1 in 1,000. */
const LOG_LIMIT = Math.log(1000);

/**
 * ln of the gamma function for x >= 1, by Lanczos' sum (Lanczos 1964; the constant is from the same library as the sum).
 * The library's own ln gamma is exact for negative numbers as well, and for that 25 KB larger in every bundle that judges.
 */
function logGamma(x: number): number {
  return (x - 0.5) * (Math.log(x + LANCZOS_G - 0.5) - 1) + Math.log(lanczosSum(x));
}

/** ln of the beta function. */
const betaln = (a: number, b: number): number => logGamma(a) + logGamma(b) - logGamma(a + b);

/**
 * Were requests routed as the weights say? Reported, never a reason to stop: the gates compare shares, whatever the split.
 *
 * The beta-binomial mixture martingale of Lindon and Malek 2022 (arXiv 2011.03567) on the count of green's requests, for each
 * weight by itself:  ln B(k w + G, k (1-w) + B) - ln B(k w, k (1-w)) - G ln w - B ln(1-w),  k = 1000.
 */
export function checkRouting(minutes: readonly EvidenceMinute[]): Routing {
  const byWeight = new Map<number, { blue: number; green: number }>();
  for (const { weight, blue, green } of minutes) {
    const sum = byWeight.get(weight) ?? { blue: 0, green: 0 };
    byWeight.set(weight, { blue: sum.blue + blue.invocations, green: sum.green + green.invocations });
  }
  const parts = [...byWeight].map(([w, { blue, green }]) => {
    const [a, b] = [CONCENTRATION * w, CONCENTRATION * (1 - w)];
    return {
      green,
      expected: w * (blue + green),
      logEvidence: betaln(a + green, b + blue) - betaln(a, b) - green * Math.log(w) - blue * Math.log(1 - w),
    };
  });
  const sum = (read: (part: (typeof parts)[number]) => number) => parts.reduce((total, part) => total + read(part), 0);
  const logEvidence = sum((part) => part.logEvidence);
  return {
    greenRequests: sum((part) => part.green),
    expectedGreenRequests: sum((part) => part.expected),
    logEvidence,
    logLimit: LOG_LIMIT,
    suspicious: logEvidence > LOG_LIMIT,
  };
}
