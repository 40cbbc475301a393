import { liveInWords } from '../../lambdas/pages/words/outcome';
import type { Options, PositionalOptions } from 'yargs';
import { onOneLine } from '../../lambdas/contract/problems';
import type { RolloutRecord } from '../../lambdas/contract/rollout-record';
import { OperationRefused } from '../../lambdas/contract/operation-errors';
import { endedView } from '../../lambdas/operations/rollout-view';
import type { OperationNeeds } from '../../lambdas/operations/needs';
import type { EndedView } from '../../lambdas/contract/view';
import { stillRunning, waitForEnd } from '../../lambdas/operations/wait-for-upload';
import type { Cli } from '../command';
import { EXIT, type ExitCode } from '../exit-codes';
import { UsageError } from '../failure';
import { endedAs } from '../../lambdas/domain/rollout';

export const endpointArgument = {
  type: 'string',
  describe: 'Endpoint [default: the only one]',
} as const satisfies PositionalOptions;

export const by = {
  type: 'string',
  describe: 'Who acts, for the record [default: GREENLIGHT_BY, or your user name]',
  requiresArg: true,
} as const satisfies Options;

export const reason = {
  type: 'string',
  describe: 'Why, for the record',
  requiresArg: true,
} as const satisfies Options;

export const rolloutOption = {
  type: 'string',
  describe: 'Id of the rollout [default: the one that runs, or the newest]',
  requiresArg: true,
} as const satisfies Options;

export const meant = {
  type: 'string',
  describe: 'Id of the expected rollout: refused when another one is running [default: the running one]',
  requiresArg: true,
} as const satisfies Options;

/** The endpoint's own golden set, from the bucket, in place of a file of requests. */
export const FROM_GOLDEN = 'golden';
export const from = {
  type: 'string',
  default: FROM_GOLDEN,
  describe: "File of requests, or golden: the endpoint's golden set",
  requiresArg: true,
} as const satisfies Options;

export const force = {
  type: 'boolean',
  default: false,
  describe: "Although its inputs or outputs differ from the live model's, or it answers nothing",
} as const satisfies Options;

/** Seconds that a command waits. */
export const timeout = (seconds: number) =>
  ({ type: 'string', default: String(seconds), describe: 'Seconds to wait at most', requiresArg: true }) as const;

/** A number of the command line within its limits. @throws UsageError with option, value and limit */
export function numberOf(option: string, text: string, low: number, high: number): number {
  const value = /^\d{1,9}(\.\d{1,6})?$/.test(text) ? Number(text) : NaN;
  if (value >= low && value <= high) return value;
  throw new UsageError(`--${option}: must be a number from ${low} to ${high}; got "${text}"`);
}

const DAY_SECONDS = 86_400;
export const secondsOf = (text: string): number => numberOf('timeout', text, 1, DAY_SECONDS);

const WELL = ['promoted', 'promoted-first', 'already-live', 'dry-run-passed'];
export const endExitCode = ({ outcome }: Pick<RolloutRecord, 'outcome'>): ExitCode =>
  WELL.includes(outcome ?? '') ? EXIT.ok : EXIT.refused;

/** Waits for the end of a rollout that was just begun. @throws OperationRefused StillRunning */
export async function awaitEnd(
  cli: Cli,
  ports: OperationNeeds,
  endpoint: string,
  rolloutId: string,
  seconds: number,
): Promise<{ readonly rollout: EndedView; readonly exitCode: ExitCode }> {
  cli.note(`Rollout ${rolloutId} has begun; waiting for its end. Ctrl-C ends the waiting alone.`);
  const record = await waitForEnd(ports, endpoint, rolloutId, seconds * 1000);
  if (record === undefined) throw stillRunning(endpoint, rolloutId, seconds);
  return { rollout: endedView(record), exitCode: endExitCode(record) };
}

/** How a rollout ended, in lines. */
export const endLines = ({
  endpoint,
  id,
  error,
  cause,
  proof,
  liveVersionAfter,
  liveCanary,
  ...ended
}: EndedView): readonly string[] => [
  `${endpoint}: rollout ${id} ended as ${endedAs(ended, ended.action)}${proof === null ? '' : `: ${proof}`}.`,
  ...(error === null ? [] : [`  ${onOneLine(`${error}: ${cause ?? ''}`)}`]),
  ...(liveVersionAfter === null ? [] : [`  In service: ${liveInWords(liveVersionAfter, liveCanary)}.`]),
];

/**
 * Asks a person before what cannot be undone, or is done to many. `--yes` is the caller's.
 *
 * @throws OperationRefused NotConfirmed
 */
export async function confirmed(
  ask: Cli['ask'],
  { question, refused }: { readonly question: string; readonly refused: string },
): Promise<void> {
  const answer = ask === undefined ? '' : await ask(question);
  if (/^y(es)?$/i.test(answer.trim())) return;
  const why = ask === undefined ? 'there is no terminal to ask on; add --yes' : 'the answer was no';
  throw new OperationRefused('NotConfirmed', `${refused}: ${why}`);
}
