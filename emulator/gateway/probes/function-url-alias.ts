import { strToU8 } from 'fflate';
import type { Probe } from './probe';
import { ALIAS, type Said } from './probe-function';

export const functionUrlAlias: Probe = {
  behaviour: 'function-url-alias',
  aws: 'A function that is called through the URL of an alias sees the ARN of the alias in `invokedFunctionArn`.',
  source: 'https://docs.aws.amazon.com/lambda/latest/dg/nodejs-context.html',
  has: async ({ upstream, functionUrl }) => {
    const headers = { host: new URL(functionUrl).host };
    const answer = await upstream.send({ method: 'GET', target: '/', headers, body: Buffer.from(strToU8('')) });
    return (JSON.parse(answer.body.toString()) as Said).arn?.endsWith(`:${ALIAS}`) ?? false;
  },
};
