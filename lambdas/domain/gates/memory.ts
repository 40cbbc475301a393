import { shareOf } from '../numbers';
import { countedGate } from './counted';
import type { GateKind } from './gate';
import { gateSettings, margin, orderedMargins } from './margins';
import { MEMORY_METRIC } from './names';

const settings = gateSettings({ tolerance: margin(1.1, 0.01), harm: margin(1.5, 0.05) }, 'observe');

/**
 * Requests that left their environment within 10 % of the function's memory limit: the next larger one may be killed. A
 * death itself is an error of Lambda's; this comes before it. It only observes at first: an environment that stays
 * there for good may be well made.
 */
export const memory: GateKind<typeof settings> = {
  settings,
  metric: MEMORY_METRIC,
  pairs: orderedMargins,
  gate: (chosen) =>
    countedGate(
      {
        name: 'memory',
        part: 0.05,
        nothing: 'no memory was measured',
        // What is counted are answers, which are not all that is routed.
        share: 'realised',
        events: (side) => side.counted?.['memory']?.events ?? 0,
        of: (side) => side.counted?.['memory']?.requests ?? 0,
        present: (side) => side.counted?.['memory'] !== undefined,
        words: {
          counts: 'requests within 10 % of the memory limit',
          harmless: 'that no harmful share more comes near its memory limit',
          comparison: (blue, green) =>
            `${shareOf(green.events, green.requests, "of green's requests")} and ` +
            `${shareOf(blue.events, blue.requests, "of blue's")} were within 10 % of the memory limit`,
        },
      },
      chosen,
    ),
};
