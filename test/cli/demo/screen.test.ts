import { ArgumentsInvalid } from '../../../tools/arguments-invalid';
import { progressInWords, progressOf } from '../../../cli/demo/progress';
import { parseDemoOptions } from '../../../cli/demo/options';
import { screenOn } from '../../../cli/demo/screen/screen';

function written(isTTY: boolean, environment: Record<string, string> = {}): string {
  const parts: string[] = [];
  const output = { isTTY, columns: 40, write: (text: string) => parts.push(text) };
  const screen = screenOn(output, environment);
  screen.progress('Bake, minute 1', 'a');
  screen.progress('Bake, minute 2', 'a');
  screen.progress('Bake, and much more than fits in the line of a terminal', 'b');
  screen.line(`${screen.good('promoted')} ${screen.bad('aborted')}`);
  return parts.join('');
}

describe('the screen', () => {
  it('is plain text with one line per step outside of a terminal', () => {
    expect(written(false)).toBe(
      '    Bake, minute 1\n    Bake, and much more than fits in the line of a terminal\npromoted aborted\n',
    );
  });

  it('is one line that is written over on a terminal, never longer than the terminal is wide', () => {
    const [first, second, third] = written(true).split('\r\u001b[K').slice(1);
    expect([first, second]).toEqual(['    Bake, minute 1', '    Bake, minute 2']);
    expect(third).toHaveLength(39);
  });

  it('has colours on a terminal only, and none where the person wants none', () => {
    expect(written(true)).toContain('\u001b[32mpromoted\u001b[0m');
    expect(written(true, { NO_COLOR: '1' })).not.toContain('\u001b[32m');
    expect(written(true, { TERM: 'dumb' })).not.toContain('\u001b');
  });
});

describe('progress', () => {
  const state = {
    weights: [{ at: '2026-11-23T09:01:00Z', weight: 25 }],
    judgement: {
      ...{ verdict: 'continue', reason: '', settledMinutes: 1, blueRequests: 450, greenRequests: 1450 },
      ...{ logEvidence: 0.34, logLimit: 4.605 },
    },
  };

  it('says the state, the weight, the minute and the evidence against its limit', () => {
    const history = [
      { type: 'StateExited', at: 1, state: 'JudgeCanary', output: state },
      { type: 'StateEntered', at: 2, state: 'Bake' },
      { type: 'StateEntered', at: 3, state: 'What did the judge say?' },
    ];
    expect(progressInWords(progressOf({ history, startedAt: 0 }, 252_000))).toBe(
      'Bake, 25 % on green, minute 4.2, green 1,450 requests, worse by 28.8 % of the 99 % that stop it, continue',
    );
  });

  it('says little before anything has happened', () => {
    expect(progressInWords(progressOf({ history: [], startedAt: 0 }, 6_000))).toBe('starting, minute 0.1');
  });
});

describe('options', () => {
  it('have defaults', () => expect(parseDemoOptions([])).toEqual({ seed: 1, out: 'out/demo', open: false }));
  it('are taken as given', () =>
    expect(parseDemoOptions(['--seed', '7', '--out', 'x', '--open'])).toEqual({ seed: 7, out: 'x', open: true }));
  it('may ask for help', () => expect(parseDemoOptions(['--help'])).toBe('help'));
  it.each([['--quick'], ['--seed=-1'], ['--seed=x'], ['--seed=2147483649'], ['--out='], ['x']])('refuse %s', (given) =>
    expect(() => parseDemoOptions([given])).toThrow(ArgumentsInvalid),
  );
});
