/*
 * `node answer.mts BUNDLE-ENTRY`, with the function's environment: imports a bundle as Lambda does, sends it the
 * requests that standard input holds as JSON, and prints what it answered as the last line.
 */
import { text } from 'node:stream/consumers';
import { pathToFileURL } from 'node:url';

interface AskedInQemu {
  readonly event: unknown;
  readonly context: { readonly functionVersion: string };
}

const { handler } = (await import(pathToFileURL(process.argv[2] ?? '').href)) as {
  readonly handler: (event: unknown, context: unknown) => Promise<unknown>;
};
const answers: unknown[] = [];
for (const { event, context } of JSON.parse(await text(process.stdin)) as readonly AskedInQemu[])
  answers.push(await handler(event, { ...context, getRemainingTimeInMillis: () => 600_000 }));
console.log(`\n${JSON.stringify({ architecture: process.arch, answers })}`);
process.exit(0);
