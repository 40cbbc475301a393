import { InvokeCommand } from '@aws-sdk/client-lambda';
import * as z from 'zod';
import { TEARDOWN_FUNCTION } from '../contract/names';
import type { Teardown } from '../ports/teardown';
import type { AdapterContext } from './context';
import { IncompleteAnswer } from './incomplete-answer';
import { lambdaClient } from './lambda-client';
import { requiredVariable } from './required-variable';
import { fromJson } from './from-json';

const reports = z.array(
  z.object({
    endpoint: z.string(),
    deleted: z.array(z.string()),
    released: z.array(z.string()),
    kept: z.array(z.object({ version: z.string(), why: z.string() })),
    skipped: z.string().optional(),
  }),
);
const failure = z.object({ errorType: z.string().optional(), errorMessage: z.string() });

/** Invokes the teardown's function, with the caller's rights and the function's own. */
export const lambdaTeardown = (context: AdapterContext): Teardown => {
  const client = lambdaClient(context);
  return {
    run: async (request) => {
      const { Payload: payload, FunctionError: failed } = await client.send(
        new InvokeCommand({
          FunctionName: requiredVariable(context, TEARDOWN_FUNCTION),
          Payload: Buffer.from(JSON.stringify(request)),
        }),
      );
      const text = Buffer.from(payload ?? []).toString('utf8');
      if (failed !== undefined) {
        const said = failure.safeParse(fromJson(text)).data;
        return { failed: said?.errorType ?? failed, message: said?.errorMessage ?? text };
      }
      const parsed = reports.safeParse(fromJson(text));
      if (!parsed.success) throw new IncompleteAnswer(`The teardown answered ${text.slice(0, 200)}`);
      return parsed.data;
    },
  };
};
