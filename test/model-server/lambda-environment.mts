/*
 * `node lambda-environment.mts FOLDER`: imports a function's index.mjs as Lambda's runtime does, says when it has been
 * evaluated, which is when Lambda may freeze the environment, and then answers events.
 */
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

type Handler = (event: unknown, context: object) => Promise<unknown>;

const context = {
  functionVersion: '7',
  invokedFunctionArn: 'arn:aws:lambda:eu-west-1:123456789012:function:digits:live',
  awsRequestId: 'r-1',
  getRemainingTimeInMillis: () => 60_000,
};

process.on('message', ({ event, ping }: { readonly event?: unknown; readonly ping?: true }) => {
  if (ping) process.send?.({ pong: true });
  else void handler(event, context).then((answer) => process.send?.({ answer }));
});
const { handler } = (await import(pathToFileURL(join(process.argv[2] ?? '', 'index.mjs')).href)) as {
  handler: Handler;
};
process.send?.({ evaluated: true });
