import { aimsOf, isMet } from '../../../lab/bench/scale/aims';
import { measureScale } from '../../../lab/bench/scale/runs/sizes';

it('reaches its aims where a dozen turn bad at once, also when no alias can be written for 20 minutes', async () => {
  const measured = await measureScale({ atRest: [12], good: [], bad: [12], outage: [6] }, 7);
  expect(measured.rollouts.flatMap(({ broken }) => broken)).toEqual([]);
  expect(aimsOf(measured).filter((aim) => !isMet(aim))).toEqual([]);
});
