import { drawnBaseline } from '../../../lambdas/domain/plan/draw-canary';
import { type Outlook, outlookOf } from '../../../lambdas/domain/plan/outlook';
import { simulated } from '../../../lambdas/domain/plan/question';
import { strategySteps } from '../../../lambdas/domain/strategy';
import { questionOf } from '../../../cli/plan/request';
import { requestFor } from './planning';

const STEPS = strategySteps('Auto');
function outlookAt(requestsPerMinute: number): Outlook {
  const { question } = questionOf(requestFor({ requestsPerMinute }));
  const baseline = drawnBaseline(simulated(question, STEPS, 15), 100);
  return outlookOf(baseline, { steps: STEPS, extendMinutes: 15, judge: question.judge, warmOnly: false });
}

// By simulation of 24 canaries each: 0, 79 and 96 % pass; half of those that do by minute 47, 25 and, at 1,000 a minute, 7.
it.each([
  [30, [0, 0.1], null],
  [100, [0.6, 0.9], [40, 58]],
  [200, [0.9, 1], [20, 32]],
  [1_000, [0.99, 1], [5, 9]],
] as const)('foresees what simulated canaries show at %s requests a minute', (rpm, [low, high], median) => {
  const { chance, medianMinutes } = outlookAt(rpm);
  expect(chance).toBeGreaterThanOrEqual(low);
  expect(chance).toBeLessThanOrEqual(high);
  if (median === null) expect(medianMinutes).toBeNull();
  else expect(medianMinutes).toBeGreaterThanOrEqual(median[0]);
  if (median !== null) expect(medianMinutes).toBeLessThanOrEqual(median[1]);
});

it('names a setting that helps, and no advice where none is needed', () => {
  const [strategy = ''] = outlookAt(100).advice;
  const [, json = ''] = /^strategy (\{.*?\}\]\}) /.exec(strategy) ?? [];
  expect(JSON.parse(json)).toMatchObject({ steps: [STEPS[0], { weight: 50, until: 'proof' }] });
  expect(outlookAt(1_000).advice).toEqual([]);
});
