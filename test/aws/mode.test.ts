import { answersAsMarkdown } from './report/write-answers';
import { questions } from './questions/all';
import { ask } from './questions/ask';
import { NotAskable, answered, type Question } from './questions/question';
import { cleanUpCommands } from './run/clean-up';
import { inTurns } from './run/in-turns';
import { AwsTestNotAllowed, modeFrom } from './run/mode';
import type { Bench } from './bench/bench';
import { TookTooLong, within } from './run/within';

const [one] = questions as readonly [Question];
const bench = { clock: { now: () => 0, sleep: async () => undefined } } as unknown as Bench;
const asks = (work: Question['ask']) => ask({ ...one, ask: work }, bench);
const fails = (error: Error) => asks(() => Promise.reject(error));

describe('the AWS test', () => {
  it.each([undefined, '', '0', 'yes'])(
    'refuses by name with GREENLIGHT_AWS_TEST=%s, and says what it would create',
    (given) => {
      const refused = () => modeFrom({ GREENLIGHT_AWS_TEST: given });
      expect(refused).toThrow(AwsTestNotAllowed);
      expect(refused).toThrow(
        /stack GreenlightAwsTest: .*\n.*stack GreenlightAwsQuestions.*\n(.*\n)*.*less than \d+\.\d\d USD/,
      );
    },
  );

  it('knows three modes', () => {
    const modes = ['1', 'emulator', 'destroy'].map((given) => modeFrom({ GREENLIGHT_AWS_TEST: given }));
    expect(modes).toEqual(['test', 'emulator', 'destroy']);
  });

  it('names both stacks and the region in the commands that clean up', () => {
    expect(cleanUpCommands('eu-west-1')).toMatch(/eu-west-1.*GreenlightAwsTest[^]*eu-west-1.*GreenlightAwsQuestions/);
  });

  it('does at most so many things at once, and answers in order', async () => {
    let [running, most] = [0, 0];
    const results = await inTurns([3, 1, 2, 5, 4], 2, async (item) => {
      most = Math.max(most, ++running);
      await new Promise(setImmediate);
      running -= 1;
      return item * 10;
    });
    expect({ results, most }).toEqual({ results: [30, 10, 20, 50, 40], most: 2 });
  });
});

describe('asking', () => {
  it('takes a call that the place does not know for a place that cannot be asked', async () => {
    const unknown = Object.assign(new Error('no such action'), { $metadata: { httpStatusCode: 501 } });
    expect(await fails(unknown)).toMatchObject({ failed: false, answer: { verdict: 'not askable here' } });
    expect(await fails(new NotAskable('probe: nothing'))).toMatchObject({
      failed: false,
      answer: { why: 'probe: nothing' },
    });
  });

  it('never rejects: an unforeseen error is a failure, and named', async () => {
    const { failed, answer } = await fails(new TypeError('unforeseen'));
    expect({ failed, answer }).toMatchObject({
      failed: true,
      answer: { why: 'asking failed with TypeError: unforeseen' },
    });
  });

  it('writes a table in which what differs names the files that build on it', async () => {
    const asked = [await asks(async () => answered(false, 'a | b', { n: 1 })), await fails(new NotAskable('no'))];
    const text = answersAsMarkdown({ where: 'here', place: 'aws', at: '2026-11-27' }, asked);
    expect(text).toContain('2 questions: 0 agrees, 1 differs, 1 not askable here');
    expect(text).toContain('| a \\| b | differs |');
    for (const file of one.buildsOn) expect(text).toContain(`\`${file}\``);
  });
});

describe('a limit of time', () => {
  it('ends the waiting by name', async () => {
    await expect(within(1, 'a question', new Promise(() => undefined))).rejects.toThrow(TookTooLong);
  });

  it('does not touch work that is in time', async () => {
    expect(await within(60_000, 'a question', Promise.resolve(7))).toBe(7);
  });
});
