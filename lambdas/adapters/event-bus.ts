import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { EVENT_DETAIL_TYPE, EVENT_SOURCE, ENV } from '../contract/names';
import { onOneLine } from '../contract/quoted';
import type { TransitionEvent } from '../contract/transition-event';
import { type AdapterContext, clientConfig, requiredVariable } from './sdk/context';

/** Tells other programs. */
export interface EventBus {
  /** @throws EventRefused when the bus answers, and did not take it */
  publishEvent(event: TransitionEvent): Promise<void>;
}

/** EventBridge answered that it did not take the event; trying again later helps unless it says otherwise. */
export class EventRefused extends Error {
  override readonly name = 'EventRefused';
}

/**
 * The default bus. `resources` names the state machine, by which a rule tells one app from another, and the execution.
 * The bus answers 200 also when it took nothing: FailedEntryCount says so.
 */
export const eventbridgeEventBus = (context: AdapterContext): EventBus => {
  const client = context.client('eventbridge', () => new EventBridgeClient(clientConfig));
  const stateMachine = requiredVariable(context, ENV.stateMachine);
  return {
    publishEvent: async (event) => {
      const execution = 'executionArn' in event ? event.executionArn : undefined;
      const entry = {
        Source: EVENT_SOURCE,
        DetailType: EVENT_DETAIL_TYPE,
        Time: new Date(event.at),
        Resources: [stateMachine, ...(execution === undefined ? [] : [execution])],
        Detail: JSON.stringify(event),
      };
      const { FailedEntryCount, Entries } = await client.send(new PutEventsCommand({ Entries: [entry] }));
      const [answer] = Entries ?? [];
      if (FailedEntryCount === 0 && answer?.EventId !== undefined) return;
      const why = `${answer?.ErrorCode ?? 'no code'}: ${answer?.ErrorMessage ?? 'no reason'}`;
      throw new EventRefused(onOneLine(`EventBridge did not take the event ${event.id}: ${why}`.slice(0, 1000)));
    },
  };
};
