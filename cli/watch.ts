import { endedView } from '../lambdas/operations/rollout-view';
import type { OperationNeeds } from '../lambdas/operations/needs';
import { status } from '../lambdas/operations/status';
import type { EndpointView } from '../lambdas/contract/view';
import { stillRunning } from '../lambdas/operations/wait-for-upload';
import type { CommandResult, Cli } from './command';
import { endExitCode, endLines } from './commands/common';
import { endpointLines, pictureLines } from './render/endpoint';
import { certainty, count } from '../lambdas/domain/numbers';
import { within } from './render/within';

interface Watching {
  readonly endpoint: string | undefined;
  readonly everyMs: number;
  readonly limitMs: number;
}

/**
 * Follows the rollout that runs until it has ended. A terminal gets one picture that is drawn over; a pipe one line for
 * each change; `--json` one object for each. At rest there is nothing to follow, and it ends at once.
 * @throws OperationRefused StillRunning
 */
export async function watchEndpoint(
  cli: Cli,
  ports: OperationNeeds,
  { endpoint, everyMs, limitMs }: Watching,
): Promise<CommandResult> {
  const until = ports.clock.now() + limitMs;
  const draw = cli.isTerminal ? overwriting(cli) : onChange(cli);
  let followed: string | undefined;
  for (;;) {
    const view = await status(ports, endpoint);
    const { id } = view.rollout ?? {};
    followed ??= id;
    if (followed === undefined) return { result: [view], lines: endpointLines(view, cli) };
    if (id !== followed || view.state === 'ending') {
      const record = await ports.records.readRecord(view.endpoint, followed);
      if (record?.status === 'ended') {
        const ended = endedView(record);
        return { result: ended, lines: endLines(ended), exitCode: endExitCode(record) };
      }
    }
    draw(view);
    if (ports.clock.now() >= until) throw stillRunning(view.endpoint, followed, limitMs / 1000);
    await ports.clock.sleep(everyMs);
  }
}

/** Goes up and writes over what was drawn before: to clear it first would flicker, and fill a terminal's memory. */
function overwriting(cli: Cli): (view: EndpointView) => void {
  let drawn = 0;
  return (view) => {
    // A line that wraps, or one above the screen's top, could not be drawn over.
    const lines = fitting(pictureLines(view, cli), Math.max(1, cli.rows - 1)).map((line) => within(line, cli.columns));
    const up = drawn === 0 ? '' : `\u001b[${drawn}A`;
    drawn = lines.length;
    cli.emit(view, `${up}${lines.join('\u001b[K\n')}\u001b[J`);
  };
}

/** What a low window hides is counted. */
function fitting(lines: readonly string[], rows: number): readonly string[] {
  if (lines.length <= rows) return lines;
  const hidden = lines.length - rows + 1;
  return [...lines.slice(0, rows - 1), `  … ${hidden} more lines; a higher window shows them`];
}

function onChange(cli: Cli): (view: EndpointView) => void {
  let last = '';
  return (view) => {
    const line = watchLine(view);
    // The time of a look is no news.
    const news = line.slice(line.indexOf('  '));
    if (news === last) return;
    last = news;
    cli.emit(view, line);
  };
}

/**
 * `12:04:05  canary 1/1, 10 %, green 431 requests, worse 25.9 % of 99 %, no harm 87.8 % of 95 % (errors), continue`.
 */
function watchLine({ at, rollout, state }: EndpointView): string {
  const time = at.slice(11, 19);
  if (rollout === null) return `${time}  ${state}`;
  const { judgement, step, weight, doing, approval } = rollout;
  const last = (judgement?.gates ?? [])
    .filter(({ observed }) => observed === null)
    .sort((a, b) => a.proof / a.passAt - b.proof / b.passAt)[0];
  const parts = [
    step === null ? rollout.phase.replace('-', ' ') : `canary ${step.number}/${step.of}`,
    `${weight} %`,
    ...(judgement === null
      ? []
      : [
          `green ${count(judgement.greenRequests)} requests`,
          `worse ${certainty(judgement.against)} of ${certainty(judgement.stopAt)}`,
          ...(last === undefined
            ? []
            : [`no harm ${certainty(last.proof)} of ${certainty(last.passAt)} (${last.gate})`]),
          judgement.verdict,
        ]),
    ...(judgement === null || approval !== null ? [doing] : []),
  ];
  return `${time}  ${parts.join(', ')}`;
}
