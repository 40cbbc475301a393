import { explain } from '../../lab/deployed/explain';
import type { DeployedEndpoint } from '../../lab/deployed/endpoint';
import { setTimeout as wait } from 'node:timers/promises';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { answersAsMarkdown } from './report/write-answers';
import { AwsTest } from './run/aws-test';
import { modeFrom } from './run/mode';
import { Rollouts } from './rollouts/run-rollouts';
import { Traffic } from './rollouts/traffic';

const MINUTE = 60_000;
const mode = modeFrom(process.env);
const run = new AwsTest();
const say = (text: string): void => void process.stderr.write(`${text}\n`);

/** A first look at blue needs minutes of its traffic that have settled. */
const BLUE_ALONE_MS = 4 * MINUTE;

afterAll(async () => {
  if (mode !== 'destroy' && !run.hasBegun) return say('Nothing was made, so nothing is deleted.');
  const left = await run.destroy();
  if (left.length === 0)
    return say('Both stacks are gone; docs/guides/aws-test.md says what AWS keeps of them for a while.');
  say(`LEFT BEHIND:\n${left.map(({ what, command }) => `  ${what}\n    ${command}`).join('\n')}`);
  throw new Error(`${left.length} things are left behind, named above`);
}, 30 * MINUTE);

if (mode === 'destroy') it('destroys what an earlier run left', () => undefined);
else
  describe('Greenlight, deployed', () => {
    let endpoint: DeployedEndpoint | undefined;
    let traffic: Traffic | undefined;
    const versions: string[] = [];
    const rollouts = () => new Rollouts(run.app!, endpoint!, traffic);

    beforeAll(async () => {
      await run.begin(say);
      endpoint = await run.deploy();
    }, 30 * MINUTE);

    /**
     * A step that needs the ones before, and is not tried without them; tells what it saw, or all that explains its
     * failure.
     */
    let failed: string | undefined;
    const step = (name: string, work: () => Promise<unknown>): void =>
      it(
        name,
        async () => {
          if (failed !== undefined) throw new Error(`not tried, because this failed: ${failed}`);
          try {
            say(`${name}: ${JSON.stringify(await work())}`);
          } catch (error) {
            failed = name;
            say(endpoint ? await explain(run.app!, endpoint) : 'nothing is deployed');
            throw error;
          }
        },
        30 * MINUTE,
      );

    step('promotes the first model, uploaded under an odd key', async () => {
      const first = await rollouts().first();
      const { key, seconds, outcome = 'no outcome' } = first;
      run.findings = { ...run.findings, oddKey: { key, seconds, outcome } };
      expect(first).toMatchObject({ outcome: 'promoted-first' });
      versions.push(first.live);
      return first;
    });

    step('promotes a good model after its canary', async () => {
      // One attempt each: a failure that a retry cures is one all the same.
      traffic = new Traffic(endpoint!, new LambdaClient({ maxAttempts: 1 }));
      run.findings = { ...run.findings, captured: { functionName: endpoint!.functionName, from: Date.now() } };
      await wait(BLUE_ALONE_MS);
      const good = await rollouts().good();
      expect(good).toMatchObject({ outcome: 'promoted', live: good.green });
      versions.push(good.live);
      return good;
    });

    step('aborts a bad model, with blue alone in service', async () => {
      const bad = await rollouts().bad();
      expect(bad).toMatchObject({
        outcome: 'aborted',
        error: 'CanaryRegressed',
        live: versions.at(-1),
      });
      versions.push(bad.green ?? '?');
      return bad;
    });

    step('puts blue back when its execution is stopped in the middle of a canary', async () => {
      const stopped = await rollouts().stopInTheMiddle();
      const { aliasSeconds, callersSeconds } = stopped;
      run.findings = {
        ...run.findings,
        stopped: { aliasSeconds, callersSeconds },
      };
      expect(stopped.live).toBe(stopped.blue);
      expect(Math.max(aliasSeconds, callersSeconds)).toBeLessThanOrEqual(60);
      versions.push(stopped.green);
      return stopped;
    });

    step('rolls back to the first model', async () => {
      const back = await rollouts().rollBack(versions[0]!);
      expect(back).toMatchObject({ outcome: 'promoted', live: versions[0] });
      return back;
    });

    step('tears down what is idle, and nothing else', async () => {
      const [first, good, bad, stopped] = versions;
      const left = await rollouts().tornDown([bad!, stopped!]);
      expect(left).toEqual(expect.arrayContaining([first, good]));
      return { left };
    });

    it('answers its users all the while', async () => {
      await traffic?.stop();
      const counts = traffic?.counts();
      if (counts) run.findings = { ...run.findings, traffic: counts };
      say(`traffic: ${JSON.stringify(counts)}`);
      expect(counts).toMatchObject({ failedByBlue: 0 });
    });

    it(
      'answers the open questions',
      async () => {
        await traffic?.stop();
        const asked = await run.askAll();
        say(
          answersAsMarkdown(
            {
              where: 'out/aws/answers.md',
              place: run.place,
              at: new Date().toISOString(),
            },
            asked,
          ),
        );
        expect(asked.filter(({ failed }) => failed).map(({ question, answer }) => [question.id, answer])).toEqual([]);
        // An emulator that differs from AWS is no news.
        const differ = asked.filter(
          ({ answer, question }) => run.place === 'aws' && answer.verdict === 'differs' && !question.safeEitherWay,
        );
        expect(differ.map(({ question: { id, buildsOn } }) => [id, ...buildsOn])).toEqual([]);
      },
      90 * MINUTE,
    );
  });
