import { GetFunctionCommand, InvokeCommand, type InvokeCommandInput } from '@aws-sdk/client-lambda';
import type { Aws, BusEvent } from './aws';
import { until } from './until';

/** Source of a function that answers with its own version, its variable MODEL and the event. */
export const ANSWERS_VERSION = `exports.handler = async (event, context) => ({
  version: context.functionVersion, model: process.env.MODEL ?? null, event,
});`;

/**
 * Keeps every event and hands them out when asked. Where functions are processes of this machine, it keeps them in a
 * file, because more than one process may serve a function.
 */
export const KEEPS_EVENTS = `const events = [];
const fs = typeof require === 'function' ? require('node:fs') : undefined;
exports.handler = async (event, { functionName }) => {
  const file = fs && require('node:os').tmpdir() + '/' + functionName + '.jsonl';
  if (event.handOut && fs)
    return fs.existsSync(file) ? fs.readFileSync(file, 'utf8').trim().split('\\n').map((line) => JSON.parse(line)) : [];
  if (event.handOut) return events;
  if (fs) fs.appendFileSync(file, JSON.stringify(event) + '\\n');
  else events.push(event);
};`;

/** Beginning of a source: `called(context)` is how often it was called, over all processes that serve the function. */
export const CALLED = `let calls = 0;
const called = ({ functionName }) => {
  if (typeof require !== 'function') return ++calls;
  const file = require('node:os').tmpdir() + '/' + functionName + '.calls';
  require('node:fs').appendFileSync(file, 'x');
  return require('node:fs').statSync(file).size;
};`;

/** What a function made of KEEPS_EVENTS kept. */
export async function handedOut(aws: Aws, name: string): Promise<readonly BusEvent[]> {
  return (await invoke(aws, { FunctionName: name, event: { handOut: true } })).result as readonly BusEvent[];
}

/** Invokes a function and reads its payload as JSON. */
export async function invoke(
  aws: Aws,
  { event = {}, ...input }: Omit<InvokeCommandInput, 'Payload'> & { readonly event?: unknown },
) {
  const answer = await aws.lambda.send(new InvokeCommand({ ...input, Payload: Buffer.from(JSON.stringify(event)) }));
  const text = Buffer.from(answer.Payload ?? []).toString();
  return { ...answer, result: (text === '' ? undefined : JSON.parse(text)) as unknown };
}

/** Waits until a function or one of its versions is Active and its last update done. Answers its configuration. */
export const settled = (aws: Aws, FunctionName: string, Qualifier?: string) =>
  until(aws, `${FunctionName} is active`, async () => {
    const { Configuration } = await aws.lambda.send(new GetFunctionCommand({ FunctionName, Qualifier }));
    return Configuration?.State === 'Active' && Configuration.LastUpdateStatus === 'Successful' && Configuration;
  });
