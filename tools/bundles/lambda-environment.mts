/*
 * `node lambda-environment.mts FOLDER`: imports a function's index.mjs as Lambda's runtime does, says when it has been
 * evaluated, which is when Lambda may freeze the environment, and then answers events.
 */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

const STATUS = '/proc/self/status';

type BundledHandler = (event: unknown, context: object) => Promise<unknown>;

const context = {
  functionVersion: '7',
  invokedFunctionArn: 'arn:aws:lambda:eu-west-1:123456789012:function:digits:live',
  awsRequestId: 'r-1',
  getRemainingTimeInMillis: () => 60_000,
};

process.on('message', ({ event, ping }: { readonly event?: unknown; readonly ping?: true }) => {
  // Most memory that was ever in use, from the kernel's own account: only Linux has it.
  const status = ping && existsSync(STATUS) ? readFileSync(STATUS, 'utf8') : '';
  if (ping) process.send?.({ pong: true, peakKB: Number(/VmHWM:\s+(\d+)/.exec(status)?.[1] ?? NaN) });
  else void handler(event, context).then((answer) => process.send?.({ answer }));
});
const began = performance.now();
const used = process.cpuUsage();
const { handler } = (await import(pathToFileURL(join(process.argv[2] ?? '', 'index.mjs')).href)) as {
  handler: BundledHandler;
};
const { user, system } = process.cpuUsage(used);
process.send?.({ evaluated: true, ms: performance.now() - began, processorMs: (user + system) / 1000 });
