import { PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { ListExecutionsCommand } from '@aws-sdk/client-sfn';
import { until } from '../bench/until';
import { EVENT_SOURCE, OUTPUTS } from '../stack/names';
import { NotAskable, answered, type Question } from './question';

export const nameByEventBridge: Question = {
  id: 'F4',
  question:
    'Which name does EventBridge give an execution that a rule starts, and are two equal events two executions?',
  assumption: 'A name of its own making, another one for each event; so a handler names our executions',
  buildsOn: ['lambdas/steps/start-rollout.ts', 'lambdas/domain/rollout.ts', 'lib/triggers.ts'],
  minutes: 3,
  how: 'two equal events, one rule, one state machine with a single Pass state',
  ask: async (bench) => {
    const stateMachineArn = bench.stack?.outputs[OUTPUTS.startedByEvent];
    if (!bench.stack || stateMachineArn === undefined)
      throw new NotAskable('rules here have handlers as targets, no state machine');
    const { events, sfn } = bench.stack;
    const event = {
      Source: EVENT_SOURCE,
      DetailType: 'Ask',
      Detail: '{"same":true}',
    };
    const { Entries = [] } = await events.send(new PutEventsCommand({ Entries: [event, event] }));
    const ids = Entries.map(({ EventId }) => EventId ?? '');
    const wait = {
      withinMs: Math.min(bench.pace.patienceMs, 120_000),
      everyMs: 2_000,
    };
    const list = async () => (await sfn.send(new ListExecutionsCommand({ stateMachineArn }))).executions ?? [];
    const names = await until(bench.clock, wait, async () => {
      const found = (await list()).map(({ name }) => name ?? '');
      return found.length >= 2 ? found : undefined;
    }).then(async (found) => found ?? (await list()).map(({ name }) => name ?? ''));
    if (names.length === 0 && bench.place === 'emulator')
      throw new NotAskable('probe: a rule whose target is a state machine starts no execution');
    const named = ids.filter((id) => id !== '' && names.some((name) => name.startsWith(id))).length;
    return answered(
      names.length === 2,
      `2 equal events gave ${names.length} executions, such as ${names[0] ?? 'none'}; ${named} begin with the ` +
        "event's id",
      {
        executions: names.length,
        beginWithEventId: named,
        example: names[0] ?? 'none',
      },
    );
  },
};
