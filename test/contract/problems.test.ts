import { endpointSettingsSchema } from '../../lambdas/contract/endpoint-settings';
import { problems } from '../../lambdas/contract/problems';

/** Settings that may be one of several things: `false` or an object, a name or steps. */
it.each<readonly [settings: object, problem: string]>([
  [
    { gates: { errors: { mode: 'obsrve' } } },
    'gates.errors.mode: Invalid option: expected one of "enforce"|"observe"; got "obsrve"',
  ],
  [{ gates: { errors: { tolerence: 1 } } }, 'gates.errors: unknown key "tolerence"'],
  [{ gates: { latency: true } }, 'gates.latency: Invalid input: expected false, or object; got true'],
  [
    { strategy: { steps: [{ weight: 0, bakeMinutes: 1 }] } },
    'strategy.steps.0.weight: Too small: expected number to be >=1; got 0',
  ],
  [{ alarms: { minutes: -1 } }, 'alarms.minutes: Too small: expected number to be >=1; got -1'],
])('%j is refused by the field, the value and the limit', (given, problem) => {
  const settings = { name: 'digits', ...given };
  const { error } = endpointSettingsSchema.safeParse(settings);
  expect(problems(error!, '', settings)).toEqual([problem]);
});
