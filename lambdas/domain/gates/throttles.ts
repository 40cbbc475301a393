import { shareOf } from '../numbers';
import { countedGate } from './counted';
import { type GateKind, pointsScale } from './gate';
import { gateSettings, margin, orderedMargins } from './margins';

const settings = gateSettings({ tolerance: margin(1.1, 0.0005), harm: margin(1.5, 0.005) });

/**
 * Requests that Lambda turned away over all that were sent. They never reached the function, so no other gate sees
 * them.
 */
export const throttles: GateKind<typeof settings> = {
  settings,
  calls: 'turns',
  scales: { throttles: { says: 'more of all requests are turned away', unit: 'points' } },
  pairs: orderedMargins,
  gate: (chosen) =>
    countedGate(
      {
        name: 'throttles',
        part: 0.02,
        events: (side) => side.throttles,
        of: (side) => side.invocations + side.throttles,
        words: {
          counts: 'requests that Lambda turned away',
          harmless: 'that it turns away no harmful share more',
          comparison: (blue, green) =>
            `Lambda turned away ${shareOf(green.events, green.requests, 'requests to green')} and ` +
            `${shareOf(blue.events, blue.requests, 'to blue')}`,
        },
        planned: {
          scales: ({ requests, throttles: away }) =>
            requests === 0
              ? []
              : pointsScale('throttles', { events: away, requests: away + requests }, chosen.tolerance, (points) => ({
                  type: 'throttled',
                  points,
                })),
          lacks: () => undefined,
        },
      },
      chosen,
    ),
};
