import { defineCommand } from '../command';

export const resume = defineCommand({
  usage: 'resume',
  describe: 'Let the rollouts of a deploy go on after one of them ended badly and stopped the others',
  examples: ['greenlight resume'],
  acts: true,
  builder: (yargs) => yargs,
  run: async (cli) => {
    const { ports } = await cli.app();
    const stoppedBy = (await ports.turns.resumeWaves()) ?? null;
    const said =
      stoppedBy === null
        ? 'No rollout of a deploy has stopped others.'
        : `The others begin within a minute, wave after wave. ${stoppedBy} had stopped them.`;
    return { result: { stoppedBy }, lines: [said] };
  },
});
