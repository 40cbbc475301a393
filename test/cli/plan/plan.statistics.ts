import type { Plan } from '../../../cli/plan/plan';
import { planInWords } from '../../../cli/plan/in-words';
import { makePlan } from '../../../cli/plan/make-plan';
import { doTask } from '../../../cli/plan/tasks';
import { ownProcess } from '../../../cli/plan/workers';
import { plan, requestFor, settingsWith } from './planning';

const QUIET = requestFor({ requestsPerMinute: 20, latency: undefined, classShares: [] });
/** The longest bakes are thought of where nothing can be proven: that one is planned once. */
const made: { quiet?: Promise<Plan> } = {};
const told: number[] = [];
const quietPlan = () => (made.quiet ??= makePlan(QUIET, { workers: ownProcess, progress: (done) => told.push(done) }));
/** Errors alone are judged faster, and are enough for advice. */
const ERRORS_ALONE = settingsWith({ gates: { latency: false, predictions: false, throttles: false } });

describe('the advice', () => {
  it('is to keep a strategy under which good greens pass', async () => {
    const { suggestion, goodGreen } = await plan(requestFor({ requestsPerMinute: 4_000 }, { settings: ERRORS_ALONE }));
    expect(suggestion.advice).toBe('keep');
    expect(goodGreen).toMatchObject({ inconclusive: 0, stopped: 0 });
  });

  it('is another strategy where the endpoint has too little traffic for its own, and the other one does', async () => {
    const asked = requestFor({ requestsPerMinute: 200 }, { settings: ERRORS_ALONE });
    const { suggestion, goodGreen } = await plan(asked);
    expect(goodGreen.inconclusive).toBeGreaterThan(0.5);
    expect(suggestion).toMatchObject({ advice: 'change', fivePointsStopped: 1 });
    if (suggestion.advice !== 'change') return;
    expect(suggestion.inconclusive).toBeLessThanOrEqual(0.1);
  });

  it('is that blue/green is not worth it where no canary can prove anything, and says what to do instead', async () => {
    const quiet = await quietPlan();
    expect(quiet.suggestion.advice).toBe('not-worth-it');
    expect(quiet.bakeForProof.map(({ minutes }) => minutes)).toEqual([null, null, null]);
    const words = planInWords(quiet);
    expect(words).toContain('blue/green is not worth it here');
    expect(words).toMatch(/AllAtOnce with a good golden set[\s\S]*a total failure is stopped after [3-6] min/);
  });

  it('names the gate that alone stands in the way', async () => {
    const gates = { predictions: { harmPoints: 0.011 }, throttles: false, latency: false };
    const { suggestion } = await plan(requestFor({ requestsPerMinute: 400 }, { settings: settingsWith({ gates }) }));
    expect(suggestion.advice).toBe('not-worth-it');
    expect(JSON.stringify(suggestion)).toContain('widen the harm margin of the gate predictions, or switch it off');
    expect(JSON.stringify(suggestion)).not.toContain('margin of the gate errors');
  });
});

describe('a plan', () => {
  it('of all at once has no canary to count, and still says which would do', async () => {
    const all = await plan(requestFor({ requestsPerMinute: 1_000 }, { settings: ERRORS_ALONE, strategy: 'AllAtOnce' }));
    expect(all).toMatchObject({ steps: [], simulated: { canaries: 0 }, suggestion: { advice: 'change' } });
    expect(planInWords(all)).toContain('All at once there is no canary');
  });

  it('leaves gates out that have nothing to count, and says so', async () => {
    const quiet = await quietPlan();
    expect(quiet.notCounted.map(({ gate }) => gate)).toEqual(['latency', 'predictions', 'accuracy', 'memory']);
    expect(quiet.smallestFound.map(({ kind }) => kind)).toEqual(['errors-points', 'errors-factor', 'throttles']);
    expect(quiet.watch?.smallestFound.map(({ kind }) => kind)).toEqual(quiet.smallestFound.map(({ kind }) => kind));
  });

  it('says which gates are off, and what blue leaves nothing to ask about', async () => {
    const day = requestFor({ requestsPerMinute: 500, errorRate: 0, classShares: [1] });
    const settings = settingsWith({ gates: { latency: false, throttles: false }, watchMinutes: 0 });
    const made = await plan({ ...day, settings });
    expect(made.notCounted).toEqual([
      { gate: 'latency', why: 'it is switched off' },
      { gate: 'throttles', why: 'it is switched off' },
      { gate: 'accuracy', why: 'labels that users send are not simulated' },
      { gate: 'memory', why: 'it is only observed' },
    ]);
    expect(made.notTried.map(({ kind }) => kind)).toEqual(['errors-factor', 'predictions']);
    expect(made.watch).toBeNull();
    const words = planInWords(made);
    expect(words).toContain('the gate latency is left out: it is switched off');
    expect(words).toContain('not tried: errors, fail so many times as often: blue had no failure in these minutes');
    expect(words).toContain('Nothing is watched after promotion');
  });

  it('does not promise that a watch takes back what it cannot see', async () => {
    const hardlyAny = await plan(requestFor({ requestsPerMinute: 0.2, latency: undefined, classShares: [] }));
    expect(planInWords(hardlyAny)).toMatch(/the watch of 1 min sees too few requests to take a disaster back/);
    expect(planInWords(await quietPlan())).toMatch(/the watch after promotion takes a disaster back within \d+ min/);
  });

  it('expects as many green requests as weights and traffic say', async () => {
    const asked = requestFor({ requestsPerMinute: 900 }, { settings: ERRORS_ALONE, strategy: 'Progressive' });
    const { steps } = await plan(asked);
    // Between two weights the old one lasts two minutes longer.
    const expected = [63, 315, 630, 1_575, 2_250];
    steps.forEach(({ greenRequests }, index) => {
      expect(greenRequests.mean / expected[index]!).toBeGreaterThan(0.93);
      expect(greenRequests.mean / expected[index]!).toBeLessThan(1.07);
    });
  });

  it('is the same with the same seed, however many do the work, and another with another', async () => {
    const asked = requestFor({ requestsPerMinute: 500 }, { settings: ERRORS_ALONE });
    const threeLanes = await makePlan(asked, {
      workers: (question) => ({
        lanes: [1, 2, 3].map(() => async (task) => doTask(question, task)),
        close: () => undefined,
      }),
      progress: () => undefined,
    });
    const alone: Plan = await plan(asked);
    expect(threeLanes).toEqual(alone);
    expect(await plan({ ...asked, seed: 2 })).not.toEqual(alone);
  });

  it('tells its progress up to the end', async () => {
    await quietPlan();
    expect(told.length).toBeGreaterThan(5);
    expect(told).toEqual([...told].sort((a, b) => a - b));
    expect(told.at(-1)).toBe(1);
  });
});
