import * as z from 'zod';
import { InvokeCommand } from '@aws-sdk/client-lambda';
import { TEARDOWN_FUNCTION } from '../../contract/names';
import type { TeardownRequest } from '../../contract/work';
import type { Kept } from '../../domain/idle-versions';
import { fromJson, IncompleteAnswer } from '../sdk/answers';
import { type AdapterContext, requiredVariable } from '../sdk/context';
import { lambdaClient } from './client';

/** What one run of the teardown did for an endpoint. */
export interface TeardownReport {
  readonly endpoint: string;
  readonly deleted: readonly string[];
  /** Versions whose provisioned concurrency was released. */
  readonly released: readonly string[];
  readonly kept: readonly Kept[];
  /** Why nothing was done. */
  readonly skipped?: string;
}

/** The app's own teardown, asked from outside. */
export interface Teardown {
  /** `failed`: its error, by name and message. */
  runTeardown(
    request: Partial<TeardownRequest>,
  ): Promise<readonly TeardownReport[] | { readonly failed: string; readonly message: string }>;
}

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
    runTeardown: async (request) => {
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
