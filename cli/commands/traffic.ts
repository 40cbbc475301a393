import { MINUTE_MS } from '../../lambdas/domain/minutes';
import { count } from '../../lambdas/domain/numbers';
import { OpenLoop } from '../../simulator/app/open-loop';
import { defineCommand } from '../command';
import { EXIT } from '../exit-codes';
import { endpointArgument, from as fromOption, numberOf } from './common';

/**
 * What one machine sends without falling behind, and what a mistyped zero may cost: two hours are 720,000 requests, 0.3
 * USD.
 */
const [MOST_RPM, MOST_MINUTES] = [6_000, 120];
/** Beyond them arrivals are dropped and counted: an endpoint that hangs is not flooded. */
const MOST_OUTSTANDING = 64;
const TICK_MS = 100;

export const traffic = defineCommand({
  usage: 'traffic [endpoint]',
  describe: 'Send synthetic requests to the live alias for a while, for a canary that has no users yet',
  examples: [
    'greenlight traffic digits --rpm 600 --from golden',
    'greenlight traffic --rpm 60 --from requests.jsonl --minutes 5',
  ],
  acts: true,
  builder: (yargs) =>
    yargs
      .positional('endpoint', endpointArgument)
      .option('rpm', {
        type: 'string',
        default: '600',
        describe: `Requests a minute, 1 to ${MOST_RPM}`,
        requiresArg: true,
      })
      .option('from', fromOption)
      .option('minutes', {
        type: 'string',
        default: '15',
        describe: `How long, at most ${MOST_MINUTES}`,
        requiresArg: true,
      }),
  run: async (cli, { endpoint, rpm, from, minutes }) => {
    const rate = numberOf('rpm', rpm, 1, MOST_RPM);
    const lasts = numberOf('minutes', minutes, 0.1, MOST_MINUTES) * MINUTE_MS;
    const app = await cli.app();
    // Late: the SDK takes longer to load than most commands to run.
    const { callerOf } = await import('../calls');
    const { clock } = app.ports;
    const { name, requests, send } = await callerOf(app, endpoint, from, false);
    const most = Math.floor((rate * lasts) / MINUTE_MS);
    cli.note(
      `Synthetic traffic to ${name}: ${count(most)} requests, ${count(rate)} a minute for ${lasts / MINUTE_MS} ` +
        `min, of ${requests.name}. They count as users' do. Ctrl-C stops it.`,
    );
    const [answers, stopped] = [new Map<string, number>(), { by: 'time' }];
    const noteAnswer = (says: string) => void answers.set(says, (answers.get(says) ?? 0) + 1);
    cli.onInterrupt(() => (stopped.by = 'Ctrl-C'));
    let next = 0;
    const loop = new OpenLoop({
      requestsPerSecond: (rate * 1000) / MINUTE_MS,
      mostOutstanding: MOST_OUTSTANDING,
      send: async () => {
        await send(next++ % requests.requests.length).then(
          (answer) => noteAnswer(answer.kind === 'answered' ? String(answer.status) : answer.kind),
          (error: unknown) => noteAnswer(error instanceof Error ? error.name : 'Error'),
        );
      },
    });
    const began = clock.now();
    let told = 0;
    while (stopped.by === 'time') {
      const elapsed = Math.min(clock.now() - began, lasts);
      loop.tick(elapsed);
      if (elapsed >= lasts) break;
      if (Math.floor(elapsed / MINUTE_MS) > told) {
        told = Math.floor(elapsed / MINUTE_MS);
        cli.note(`  minute ${told}: ${count(loop.sent)} sent, ${inWords(answers)}`);
      }
      await clock.sleep(TICK_MS);
    }
    // What is under way is answered within a timeout of Lambda's; a little of it is waited for.
    for (let waited = 0; waited < 50 && total(answers) < loop.sent; waited += 1) await clock.sleep(TICK_MS);
    const good = (answers.get('200') ?? 0) > 0;
    return {
      result: {
        endpoint: name,
        synthetic: true,
        stoppedBy: stopped.by,
        sent: loop.sent,
        notSent: loop.notSent,
        answers: Object.fromEntries(answers),
      },
      lines: [
        `${name}: ${count(loop.sent)} synthetic requests in ${Math.round((clock.now() - began) / 1000)} s, ` +
          `stopped by ${stopped.by}: ${inWords(answers)}` +
          (loop.notSent === 0 ? '.' : `; ${count(loop.notSent)} not sent, because too many were unanswered.`),
      ],
      exitCode: good ? EXIT.ok : EXIT.refused,
    };
  },
});

const total = (answers: ReadonlyMap<string, number>): number =>
  [...answers.values()].reduce((sum, one) => sum + one, 0);

const inWords = (answers: ReadonlyMap<string, number>): string =>
  [...answers].map(([says, times]) => `${says}: ${count(times)}`).join(', ') || 'no answer yet';
