import { isRolloutError } from '../lambdas/contract/errors';
import { onOneLine } from '../lambdas/contract/problems';
import { type NextStep, OPERATION_ERRORS, OperationRefused } from '../lambdas/contract/operation-errors';
import { ArgumentsInvalid } from '../tools/arguments-invalid';
import { EXIT, type ExitCode } from './exit-codes';

/** The command line cannot be used: names the option, the value and the limit. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** The app that the command is for was not found. */
export class AppUnknown extends Error {
  override readonly name = 'AppUnknown';

  constructor(
    message: string,
    readonly next: readonly NextStep[],
  ) {
    super(message);
  }
}

export interface CommandFailure {
  readonly name: string;
  readonly message: string;
  readonly next: readonly NextStep[];
  readonly exitCode: ExitCode;
}

const MAX_MESSAGE = 2_000;

/** Any error as a person is told of it: a name, a sentence, what to do next. Never a stack. */
export function failureOf(error: unknown, command = ''): CommandFailure {
  const message = onOneLine((error instanceof Error ? error.message : String(error)).slice(0, MAX_MESSAGE));
  const as = (name: string, exitCode: ExitCode, next: readonly NextStep[] = [], said = message): CommandFailure => ({
    name,
    message: said,
    next,
    exitCode,
  });
  if (error instanceof OperationRefused) return as(error.name, KINDS[OPERATION_ERRORS[error.name]], error.next);
  if (error instanceof UsageError || error instanceof ArgumentsInvalid)
    return as('UsageError', EXIT.usage, [helpFor(command)]);
  if (error instanceof AppUnknown) return as(error.name, EXIT.notFound, error.next);
  if (isRolloutError(error)) return rolloutFailure(error, command, as);
  return failureOfAws(error, message, as);
}

const KINDS = { refused: EXIT.refused, 'not found': EXIT.notFound, late: EXIT.timeout } as const;
const helpFor = (command: string): NextStep => ({
  what: 'See the options',
  command: /^[a-z]+$/.test(command) ? `greenlight ${command} --help` : 'greenlight --help',
});

type As = (name: string, exitCode: ExitCode, next?: readonly NextStep[], said?: string) => CommandFailure;

function rolloutFailure({ name }: Error, command: string, as: As): CommandFailure {
  switch (name) {
    case 'InvalidInput':
      return as(name, EXIT.usage, [helpFor(command)]);
    case 'UnknownEndpoint':
      return as(name, EXIT.notFound, [{ what: 'See the endpoints there are', command: 'greenlight status' }]);
    case 'RolloutBusy':
      return as(name, EXIT.refused, [{ what: 'Follow what runs', command: 'greenlight status --watch' }]);
    default:
      return as(name, EXIT.refused, [{ what: 'The runbook (docs/guides/operations.md) has a section on this error' }]);
  }
}

const CREDENTIALS =
  /^(CredentialsProviderError|ExpiredToken|ExpiredTokenException|UnrecognizedClientException|InvalidClientTokenId|InvalidSignatureException|SignatureDoesNotMatch|TokenProviderError|AuthFailure)$/;
const NETWORK = /ECONNREFUSED|ENOTFOUND|ECONNRESET|ETIMEDOUT|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|socket hang up/;
const DENIED = /^AccessDenied/;
const ABSENT = /^(ResourceNotFoundException|NoSuchBucket|NoSuchKey|StateMachineDoesNotExist|ExecutionDoesNotExist)$/;

/** What the SDK throws, in our words where a person can do something about it. */
function failureOfAws(error: unknown, message: string, as: As): CommandFailure {
  const name = error instanceof Error ? error.name : 'Unexpected';
  const code = `${hasCode(error) ? error.code : ''} ${message}`;
  if (CREDENTIALS.test(name))
    return as('NoCredentials', EXIT.notFound, [
      { what: 'Sign in to the AWS account of the app, for example: aws sso login, or set AWS_PROFILE' },
    ]);
  if (/region is missing/i.test(message))
    return as('NoRegion', EXIT.notFound, [{ what: 'Name the region with --region, or set AWS_REGION' }]);
  if (NETWORK.test(code) || name === 'TimeoutError')
    return as('Unreachable', EXIT.notFound, [
      { what: 'Is the network there, and AWS_ENDPOINT_URL, if it is set, that of a running emulator?' },
    ]);
  if (DENIED.test(name))
    return as('AccessDenied', EXIT.refused, [{ what: 'docs/guides/cli.md has the policy that the commands need' }]);
  if (ABSENT.test(name))
    return as('AppUnknown', EXIT.notFound, [
      { what: 'A part of the app is gone: see that it is deployed, in this account and region' },
    ]);
  return as(name === 'Error' || name === '' ? 'Unexpected' : name, EXIT.refused, [
    { what: 'Set GREENLIGHT_DEBUG=1 and try again to see where it comes from' },
  ]);
}

const hasCode = (error: unknown): error is { readonly code: string } =>
  typeof error === 'object' && error !== null && 'code' in error && typeof error.code === 'string';
