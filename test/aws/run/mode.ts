import { PLAN } from './plan';

export const VARIABLE = 'GREENLIGHT_AWS_TEST';

/**
 * What is to be done: the whole test, the same on an emulator of our own, or nothing but deleting what an earlier run
 * left.
 */
export type Mode = 'test' | 'emulator' | 'destroy';

/** The variable that allows the test is not set, or says nothing that is known. Nothing was created. */
export class AwsTestNotAllowed extends Error {
  override readonly name = 'AwsTestNotAllowed';
}

/** @throws {AwsTestNotAllowed} with what would be created and what that costs. */
export function modeFrom(env: NodeJS.ProcessEnv): Mode {
  const given = env[VARIABLE] ?? '';
  if (given === '1') return 'test';
  if (given === 'emulator' || given === 'destroy') return given;
  const is = given === '' ? 'is not set' : `is ${JSON.stringify(given)}`;
  throw new AwsTestNotAllowed(
    `${VARIABLE} ${is}, so nothing is done. It must be 1 (the account of your credentials, or AWS_ENDPOINT_URL), ` +
      `emulator (one of our own, on this machine) or destroy (delete what an earlier run left).\n\n${PLAN}`,
  );
}
