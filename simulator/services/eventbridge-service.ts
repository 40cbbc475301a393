import type { PutEventsRequest, PutEventsResponse, PutEventsResultEntry } from '@aws-sdk/client-eventbridge';
import { randomUuid } from '../random';
import { AwsError, type AwsService, type Caller, type WorldContext } from '../service';
import { runCommand } from './command-table';

const MAX_ENTRIES = 10;
const MAX_BYTES = 256 * 1024;

type PutEntry = NonNullable<PutEventsRequest['Entries']>[number];

/**
 * Amazon EventBridge as its callers see it: each entry is taken or refused by itself, and the answer is 200 either way.
 */
export class EventBridgeService implements AwsService {
  /** Settable by tests: why an entry is not taken. */
  refuses: (entry: PutEntry) => { readonly ErrorCode: string; readonly ErrorMessage: string } | undefined = () =>
    undefined;
  private readonly commands = { PutEvents: (input: PutEventsRequest) => this.putEvents(input) };

  constructor(private readonly world: WorldContext) {}

  call(command: string, input: Readonly<Record<string, unknown>>, caller: Caller): Promise<unknown> {
    return runCommand('EventBridge', this.commands, command, input, caller);
  }

  private putEvents({ Entries = [] }: PutEventsRequest): PutEventsResponse {
    if (Entries.length === 0 || Entries.length > MAX_ENTRIES)
      throw new AwsError(
        'ValidationException',
        "1 validation error detected: Value at 'entries' failed to satisfy constraint: Member must have length " +
          `between 1 and ${MAX_ENTRIES}`,
      );
    if (Entries.reduce((sum, { Detail = '' }) => sum + Buffer.byteLength(Detail), 0) > MAX_BYTES)
      throw new AwsError('ValidationException', 'Total size of the entries in the request is over the limit.');
    const answers = Entries.map((entry) => this.put(entry));
    return { FailedEntryCount: answers.filter(({ ErrorCode }) => ErrorCode !== undefined).length, Entries: answers };
  }

  private put(entry: PutEntry): PutEventsResultEntry {
    const { Source: source = '', DetailType: detailType = '', Detail = '', Resources = [] } = entry;
    const refused = this.refuses(entry) ?? malformed(source, detailType, Detail);
    if (refused) return refused;
    this.world.emit({ source, detailType, detail: JSON.parse(Detail) as unknown, resources: Resources });
    return { EventId: randomUuid(this.world.random) };
  }
}

function malformed(source: string, detailType: string, detail: string): PutEventsResultEntry | undefined {
  const invalid = (ErrorMessage: string) => ({ ErrorCode: 'InvalidArgument', ErrorMessage });
  if (source === '' || detailType === '' || detail === '')
    return invalid('Parameter Source, DetailType and Detail must be given.');
  if (source.startsWith('aws.'))
    return { ErrorCode: 'NotAuthorizedForSource', ErrorMessage: 'Not authorized for the source.' };
  try {
    const parsed = JSON.parse(detail) as unknown;
    return typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed)
      ? undefined
      : { ErrorCode: 'MalformedDetail', ErrorMessage: 'Detail is malformed.' };
  } catch {
    return { ErrorCode: 'MalformedDetail', ErrorMessage: 'Detail is malformed.' };
  }
}
