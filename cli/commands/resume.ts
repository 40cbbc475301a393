import { resume as goOn } from '../../lambdas/operations/resume';
import { some } from '../../lambdas/domain/numbers';
import { defineCommand } from '../command';

const MOST_NAMES = 10;

export const resume = defineCommand({
  usage: 'resume',
  describe: 'Let a deploy go on that a bad end stopped, and start again what of it died',
  examples: ['greenlight resume'],
  acts: true,
  builder: (yargs) => yargs,
  run: async (cli) => {
    const { ports } = await cli.app();
    const result = await goOn(ports);
    const { stoppedBy, begin } = result;
    const names = `${begin.slice(0, MOST_NAMES).join(', ')}${begin.length > MOST_NAMES ? ', …' : ''}`;
    return {
      result,
      lines: [
        ...stoppedBy.map(
          ({ endpoint, rolloutId, error }) => `  ${rolloutId} of ${endpoint} (${error}) holds back no other any more.`,
        ),
        begin.length === 0
          ? '  At every endpoint the code and the settings of its last deploy are live, or a rollout brings them.'
          : `  ${some(begin.length, 'endpoint')} without them: ${names}. They begin with the reconciler, wave after wave.`,
      ],
    };
  },
});
