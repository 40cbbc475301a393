/* The entry of the process that is the demo's users, so that they have a core of their own. */
import { performance } from 'node:perf_hooks';
import { seededRandom } from '../../../simulator/random';
import { AnswerCounts } from './answer-counts';
import type { FromUsers, ToUsers, UsersOptions } from './messages';
import { OpenLoop } from '../../../simulator/app/open-loop';
import { requestSender } from './send-request';

const TICK_MS = 4;
const REPORT_MS = 200;

function callAsUsers(options: UsersOptions): { stop(): void } {
  const random = seededRandom(options.seed);
  const send = requestSender(options.url, options.mostOutstanding, options.timeoutMs);
  const counts = new AnswerCounts();
  const loop = new OpenLoop({
    ...options,
    send: async () => {
      const sentAt = Date.now();
      const body = options.bodies[Math.floor(random() * options.bodies.length)] ?? '{}';
      const { status, version } = await send(body);
      counts.add(status, version, sentAt, Date.now());
    },
  });
  const reported = { sent: 0, notSent: 0 };
  const report = (last: boolean, then?: () => void): void => {
    const { sent, notSent } = loop;
    const message: FromUsers = {
      type: 'report',
      report: { sent: sent - reported.sent, notSent: notSent - reported.notSent, answers: counts.take() },
      last,
    };
    Object.assign(reported, { sent, notSent });
    process.send?.(message, undefined, undefined, () => then?.());
  };
  const began = performance.now();
  const ticking = setInterval(() => loop.tick(performance.now() - began), TICK_MS);
  const reporting = setInterval(() => report(false), REPORT_MS);
  setTimeout(() => process.exit(1), options.lifetimeMs);
  return {
    stop: () => {
      clearInterval(ticking);
      clearInterval(reporting);
      // What is under way is not waited for: it is neither an answer nor a failure.
      report(true, () => process.exit(0));
    },
  };
}

let users: { stop(): void } | undefined;
process.on('message', (message: ToUsers) => {
  if (message.type === 'start') users ??= callAsUsers(message.options);
  else if (users) users.stop();
  else process.exit(0);
});
// The demo stops its users itself; a Ctrl-C in the terminal reaches both.
process.on('SIGINT', () => undefined);
// The demo is gone, in whatever way.
process.on('disconnect', () => process.exit(0));
