import type { Judge } from './judge';

const INTERVAL_MINUTES = 5;
const MIN_SUCCESS_RATE = 0.95;
const FAILURE_LIMIT = 3;
const CONSECUTIVE_ERROR_LIMIT = 4;

/**
 * Argo Rollouts with the success rate analysis of its documentation: measured every 5 minutes over the last 5, a
 * success rate under 95 % is a failure, more than 3 failures abort. No traffic is no result, an error; more than 4 in a
 * row abort.
 *
 * Source: argoproj/argo-rollouts, analysis/analysis.go, utils/defaults/defaults.go, docs/features/analysis.md.
 */
export const argo: Judge = {
  name: 'Argo',
  stopMinute: ({ minutes }) => {
    let [failures, errorsInARow] = [0, 0];
    for (let minute = INTERVAL_MINUTES; minute <= minutes.length; minute += INTERVAL_MINUTES) {
      const window = minutes.slice(minute - INTERVAL_MINUTES, minute).map(({ green }) => green);
      const requests = window.reduce((sum, { invocations }) => sum + invocations, 0);
      const failed = window.reduce((sum, { errors }) => sum + errors, 0);
      errorsInARow = requests === 0 ? errorsInARow + 1 : 0;
      if (requests > 0 && 1 - failed / requests < MIN_SUCCESS_RATE) failures++;
      if (failures > FAILURE_LIMIT || errorsInARow > CONSECUTIVE_ERROR_LIMIT) return minute;
    }
    return undefined;
  },
};
