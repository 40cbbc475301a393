import { InvokeCommand } from '@aws-sdk/client-lambda';
import { expectation, type Topic } from '../expectation';
import { handedOut, invoke, KEEPS_EVENTS, settled } from '../functions';
import { until } from '../until';
import { blueAndGreen, giveGreen } from '../versions';

const INVOKE = { covers: ['Invoke'], fact: 'L7' } as const;
const FAILS = { covers: ['Invoke'], fact: 'L26' } as const;

export const invocations: Topic = {
  title: 'Invoking',
  expectations: [
    expectation('an alias runs its version and says which', INVOKE, async (aws) => {
      const { FunctionName } = await blueAndGreen(aws);
      const answer = await invoke(aws, { FunctionName, Qualifier: 'live', event: { rows: [1, 2] } });
      expect(answer).toMatchObject({ StatusCode: 200, ExecutedVersion: '1' });
      expect(answer.FunctionError).toBeUndefined();
      expect(answer.result).toEqual({ version: '1', model: 'blue', event: { rows: [1, 2] } });
    }),
    expectation('a version runs as it is, by qualifier and by ARN', INVOKE, async (aws) => {
      const { FunctionName } = await blueAndGreen(aws);
      const { FunctionArn } = await settled(aws, FunctionName, '2');
      for (const target of [{ FunctionName, Qualifier: '2' }, { FunctionName: FunctionArn }]) {
        const answer = await invoke(aws, target);
        expect(answer.ExecutedVersion).toBe('2');
        expect(answer.result).toMatchObject({ version: '2', model: 'green' });
      }
    }),
    expectation('without a qualifier $LATEST runs', INVOKE, async (aws) => {
      const { FunctionName } = await blueAndGreen(aws);
      const answer = await invoke(aws, { FunctionName });
      expect(answer.ExecutedVersion).toBe('$LATEST');
      expect(answer.result).toMatchObject({ version: '$LATEST', model: 'green' });
    }),
    expectation('a weight of 1 sends everything to the second version', { ...INVOKE, fact: 'L2' }, async (aws) => {
      const { FunctionName } = await blueAndGreen(aws);
      await giveGreen(aws, FunctionName, 1);
      for (let i = 0; i < 5; i++) {
        const { ExecutedVersion, result } = await invoke(aws, { FunctionName, Qualifier: 'live' });
        expect([ExecutedVersion, result]).toMatchObject(['2', { version: '2', model: 'green' }]);
      }
    }),
    expectation('a weight of 0 sends nothing to the second version', { ...INVOKE, fact: 'L2' }, async (aws) => {
      const { FunctionName } = await blueAndGreen(aws);
      await giveGreen(aws, FunctionName, 0);
      for (let i = 0; i < 5; i++)
        expect((await invoke(aws, { FunctionName, Qualifier: 'live' })).ExecutedVersion).toBe('1');
    }),
    // 40 draws all fall on one side once in 5 · 10^11.
    expectation('a weight of one half sends some to each version', { ...INVOKE, fact: 'L2' }, async (aws) => {
      const { FunctionName } = await blueAndGreen(aws);
      await giveGreen(aws, FunctionName, 0.5);
      const seen = new Set<string | undefined>();
      for (let i = 0; i < 40 && seen.size < 2; i++)
        seen.add((await invoke(aws, { FunctionName, Qualifier: 'live' })).ExecutedVersion);
      expect([...seen].sort()).toEqual(['1', '2']);
    }),
    expectation("what a function throws is its answer, under the error's name", FAILS, async (aws) => {
      const FunctionName = await aws.createFunction(`exports.handler = async () => {
        throw Object.assign(new Error('row 3 is no number'), { name: 'BadInput' });
      };`);
      const answer = await invoke(aws, { FunctionName });
      expect(answer).toMatchObject({ StatusCode: 200, FunctionError: 'Unhandled', ExecutedVersion: '$LATEST' });
      expect(answer.result).toMatchObject({ errorType: 'BadInput', errorMessage: 'row 3 is no number' });
    }),
    expectation('a status of 500 in the answer is no error of the function', FAILS, async (aws) => {
      const FunctionName = await aws.createFunction(`exports.handler = async () => ({ statusCode: 500, body: '{}' });`);
      const answer = await invoke(aws, { FunctionName });
      expect(answer.FunctionError).toBeUndefined();
      expect(answer.result).toEqual({ statusCode: 500, body: '{}' });
    }),
    expectation('a function beyond its time limit fails, and says so', FAILS, async (aws) => {
      const source = `exports.handler = () => new Promise((resolve) => setTimeout(resolve, 60_000));`;
      const FunctionName = await aws.createFunction(source, { timeoutSeconds: 1 });
      const answer = await invoke(aws, { FunctionName });
      expect(answer).toMatchObject({ StatusCode: 200, FunctionError: 'Unhandled' });
      expect(answer.result).toMatchObject({
        errorType: 'Sandbox.Timedout',
        errorMessage: expect.stringContaining('Task timed out after 1.00 seconds') as string,
      });
    }),
    expectation('the end of the log comes with the answer, on request alone', FAILS, async (aws) => {
      const FunctionName = await aws.createFunction(`exports.handler = async () => console.log('a line of the log');`);
      const { LogResult } = await invoke(aws, { FunctionName, LogType: 'Tail' });
      expect(Buffer.from(LogResult ?? '', 'base64').toString()).toContain('a line of the log');
      expect((await invoke(aws, { FunctionName })).LogResult).toBeUndefined();
    }),
    expectation('of a long log only the last 4 KB come', FAILS, async (aws) => {
      const FunctionName = await aws.createFunction(`exports.handler = async () => {
        for (let i = 0; i < 200; i++) console.log('line ' + i + ' ' + 'x'.repeat(60));
      };`);
      const { LogResult } = await invoke(aws, { FunctionName, LogType: 'Tail' });
      const tail = Buffer.from(LogResult ?? '', 'base64');
      expect(tail.toString()).toContain('line 199 ');
      expect(tail.length).toBeLessThanOrEqual(4096);
    }),
    expectation('a function that answers nothing answers null', INVOKE, async (aws) => {
      const FunctionName = await aws.createFunction(`exports.handler = async () => {};`);
      expect((await invoke(aws, { FunctionName })).result).toBeNull();
    }),
    expectation('an event is taken with 202 and runs later', INVOKE, async (aws) => {
      const FunctionName = await aws.createFunction(KEEPS_EVENTS);
      const answer = await invoke(aws, { FunctionName, InvocationType: 'Event', event: { rows: 1 } });
      expect(answer.StatusCode).toBe(202);
      const ran = async () => (await handedOut(aws, FunctionName)).length === 1;
      await until(aws, 'the event ran', ran, 10);
      expect(await handedOut(aws, FunctionName)).toEqual([{ rows: 1 }]);
    }),
    expectation('a dry run answers 204 and runs nothing', INVOKE, async (aws) => {
      const FunctionName = await aws.createFunction(KEEPS_EVENTS);
      const answer = await invoke(aws, { FunctionName, InvocationType: 'DryRun' });
      expect(answer.StatusCode).toBe(204);
      expect(await handedOut(aws, FunctionName)).toEqual([]);
    }),
    expectation('what is not there is not invoked', INVOKE, async (aws) => {
      const { FunctionName } = await blueAndGreen(aws);
      const missing = { name: 'ResourceNotFoundException', $metadata: { httpStatusCode: 404 } };
      for (const target of [
        { FunctionName: 'nobody' },
        { FunctionName, Qualifier: '7' },
        { FunctionName, Qualifier: 'beta' },
      ])
        await expect(invoke(aws, target)).rejects.toMatchObject(missing);
    }),
    expectation('a payload that is no JSON is refused', INVOKE, async (aws) => {
      const FunctionName = await aws.createFunction();
      const command = new InvokeCommand({ FunctionName, Payload: Buffer.from('{"rows":') });
      await expect(aws.lambda.send(command)).rejects.toMatchObject({ name: 'InvalidRequestContentException' });
    }),
  ],
};
