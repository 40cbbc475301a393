import { GetExecutionHistoryCommand, type HistoryEvent, type SFNClient } from '@aws-sdk/client-sfn';

/** Every event of an execution, oldest first. */
export async function readHistory(sfn: SFNClient, executionArn: string): Promise<readonly HistoryEvent[]> {
  const events: HistoryEvent[] = [];
  for (let token: string | undefined, first = true; first || token !== undefined; first = false) {
    const page = await sfn.send(
      new GetExecutionHistoryCommand({
        executionArn,
        ...(token !== undefined && { nextToken: token }),
      }),
    );
    events.push(...(page.events ?? []));
    token = page.nextToken;
  }
  return events;
}

/** States in the order in which they were entered. */
export const statesIn = (events: readonly HistoryEvent[]): readonly string[] =>
  events.flatMap(({ stateEnteredEventDetails: entered }) => (entered?.name === undefined ? [] : [entered.name]));

/** A line for each state that was entered and for each failure, with the seconds since the start. */
export function historyInWords(events: readonly HistoryEvent[]): string {
  const startedAt = events[0]?.timestamp?.getTime() ?? 0;
  return events
    .flatMap((event) => {
      const said = inWords(event);
      const seconds = ((event.timestamp?.getTime() ?? startedAt) - startedAt) / 1000;
      return said === undefined ? [] : [`${`+${seconds.toFixed(1)} s`.padStart(10)}  ${said}`];
    })
    .join('\n');
}

function inWords(event: HistoryEvent): string | undefined {
  if (event.stateEnteredEventDetails?.name !== undefined) return event.stateEnteredEventDetails.name;
  const failed = Object.values(event).find(isFailure);
  if (failed) return `  ${event.type}: ${failed.error || 'no error'}: ${failed.cause || 'no cause'}`;
  return event.type?.startsWith('Execution') === true ? `  ${event.type}` : undefined;
}

interface FailureDetails {
  readonly error?: string;
  readonly cause?: string;
}

const isFailure = (details: unknown): details is FailureDetails =>
  typeof details === 'object' && details !== null && ('error' in details || 'cause' in details);
