import { chooseUnfinished, resume as goOn, type Unfinished } from '../../lambdas/operations/resume';
import { some } from '../../lambdas/domain/numbers';
import { defineCommand } from '../command';
import { confirmed } from './common';

const MOST_NAMES = 10;

export const resume = defineCommand({
  usage: 'resume [endpoint]',
  describe: 'Let a deploy go on that a bad end stopped, and start again what of it failed or died',
  examples: ['greenlight resume digits', 'greenlight resume'],
  acts: true,
  builder: (yargs) =>
    yargs
      .positional('endpoint', {
        type: 'string',
        describe: 'Of the code that this endpoint waits for [default: of all]',
      })
      .option('yes', { type: 'boolean', default: false, describe: 'All, without asking' }),
  run: async (cli, { endpoint, yes }) => {
    const { ports } = await cli.app();
    const unfinished = await chooseUnfinished(ports, endpoint);
    const toResume = unfinished.filter(({ stoppedBy, again }) => stoppedBy.length + again.length > 0);
    const listed = unfinished.flatMap((one) => inWords(one).map((line) => `  ${line}`));
    if (toResume.length > 0 && endpoint === undefined && !yes) {
      const what = toResume.flatMap(inWords).join('\n  ');
      await confirmed(cli.ask, {
        question: `${listed.join('\n')}\nLet all of that go on? [y/N] `,
        refused: `nothing was resumed of\n  ${what}\n  Name an endpoint to resume its code alone`,
      });
    }
    await goOn(ports, toResume);
    const result = {
      deploys: unfinished.map(({ code, stoppedBy, waiting, again }) => ({
        code,
        stoppedBy: stoppedBy.map(({ endpoint: of, rolloutId, error }) => ({ endpoint: of, rolloutId, error })),
        waiting,
        again: again.map((one) => one.endpoint),
      })),
    };
    const done =
      toResume.length > 0
        ? 'Resumed: they begin with the reconciler, wave after wave.'
        : unfinished.length > 0
          ? 'Nothing stopped them, and nothing was changed.'
          : endpoint === undefined
            ? 'No endpoint is without what its last deploy brought.'
            : `${endpoint} is not without what its last deploy brought.`;
    return { result, lines: [...listed, `  ${done}`] };
  },
});

function inWords({ code, stoppedBy, waiting, again }: Unfinished): readonly string[] {
  const of = code === null ? 'Settings' : `Code ${code.slice(0, 8)}`;
  return [
    ...stoppedBy.map(({ endpoint, rolloutId, error }) => `${of}: ${rolloutId} of ${endpoint} ended badly (${error})`),
    ...(waiting.length === 0 ? [] : [`${of}: ${some(waiting.length, 'endpoint')} waiting: ${named(waiting)}`]),
    ...(again.length === 0
      ? []
      : [`${of}: ${some(again.length, 'endpoint')} to begin again: ${named(again.map((one) => one.endpoint))}`]),
  ];
}

const named = (names: readonly string[]): string =>
  `${names.slice(0, MOST_NAMES).join(', ')}${names.length > MOST_NAMES ? ', …' : ''}`;
