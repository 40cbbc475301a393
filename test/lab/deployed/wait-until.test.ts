import { waitUntil } from '../../../lab/deployed/wait-until';

describe('waiting with a deadline', () => {
  it('answers the first answer that is one', async () => {
    const answers = [undefined, undefined, 'there'];
    expect(await waitUntil('it', async () => answers.shift(), { withinMs: 1_000, everyMs: 1 })).toBe('there');
    expect(answers).toEqual([]);
  });

  it('says what was waited for and what was seen last, when time is up', async () => {
    let looks = 0;
    const ask = async (): Promise<undefined> => void (looks += 1);
    const waited = waitUntil('version 3 gone', ask, { withinMs: 20, everyMs: 1 }, () => `looked ${looks} times`);
    await expect(waited).rejects.toMatchObject({
      name: 'DeadlineMissed',
      message: expect.stringMatching(/^version 3 gone: not within 0.02 s; looked [1-9]\d* times$/) as string,
    });
  });

  it('does not hide an error of who asks', async () => {
    const ask = () => Promise.reject(new TypeError('no such table'));
    await expect(waitUntil('it', ask, { withinMs: 1_000 })).rejects.toThrow('no such table');
  });
});
