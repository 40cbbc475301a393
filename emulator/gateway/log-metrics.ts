import type { CloudWatchService } from '../../simulator/services/cloudwatch-service';
import type { Upstream } from './upstream';

interface LogEvent {
  readonly timestamp: number;
  readonly message: string;
  readonly logStreamName?: string;
  readonly eventId?: string;
}

interface LogGroups {
  readonly logGroups?: readonly { readonly logGroupName: string }[];
  readonly nextToken?: string;
}

interface LogEvents {
  readonly events?: readonly LogEvent[];
  readonly nextToken?: string;
}

/** How far back a group is read again, for events that came late. */
const LATE_MS = 10_000;
const PAGE = 10_000;

interface GroupState {
  since: number;
  /** Events at `since` or later that were read, and how many equal ones. */
  seen: Map<string, number>;
}

/**
 * Reads metrics in embedded metric format out of the emulator's log groups, as CloudWatch Logs does with every log
 * event ("Specification: Embedded metric format" in the CloudWatch user guide).
 */
export class LogMetrics {
  private readonly groups = new Map<string, GroupState>();
  private reading: Promise<void> | undefined;

  constructor(
    private readonly upstream: Upstream,
    private readonly metrics: CloudWatchService,
  ) {}

  /** Reads what came since the last time. Readers at the same time share one reading. */
  read(): Promise<void> {
    this.reading ??= this.readGroups().finally(() => (this.reading = undefined));
    return this.reading;
  }

  private async readGroups(): Promise<void> {
    let token: string | undefined;
    do {
      const page: LogGroups | undefined = await this.upstream.call<LogGroups>('Logs_20140328.DescribeLogGroups', {
        ...(token && { nextToken: token }),
      });
      for (const { logGroupName } of page?.logGroups ?? []) await this.readGroup(logGroupName);
      token = page?.nextToken;
    } while (token);
  }

  private async readGroup(logGroupName: string): Promise<void> {
    const state = this.groups.get(logGroupName) ?? { since: 0, seen: new Map<string, number>() };
    this.groups.set(logGroupName, state);
    const events = await this.eventsSince(logGroupName, state.since);
    const before = state.seen;
    const now = new Map<string, number>();
    for (const event of events) {
      const key = JSON.stringify([event.timestamp, event.logStreamName, event.eventId, event.message]);
      const count = (now.get(key) ?? 0) + 1;
      now.set(key, count);
      if (count > (before.get(key) ?? 0)) this.metrics.recordLogs([event.message], timeOf(event), 0);
    }
    const newest = events.reduce((latest, { timestamp }) => Math.max(latest, timestamp), state.since + LATE_MS);
    state.since = newest - LATE_MS;
    state.seen = new Map([...now].filter(([key]) => (JSON.parse(key) as [number])[0] >= state.since));
  }

  private async eventsSince(logGroupName: string, startTime: number): Promise<readonly LogEvent[]> {
    const found: LogEvent[] = [];
    let token: string | undefined;
    do {
      // The pattern is a term: only lines that hold the word are sent.
      const input = { logGroupName, startTime, filterPattern: '"CloudWatchMetrics"', limit: PAGE };
      const page: LogEvents | undefined = await this.upstream.call<LogEvents>('Logs_20140328.FilterLogEvents', {
        ...input,
        ...(token && { nextToken: token }),
      });
      found.push(...(page?.events ?? []));
      token = page?.nextToken;
    } while (token);
    return found;
  }
}

/** The metric's own time, which the format carries; without it the log event's. */
function timeOf({ message, timestamp }: LogEvent): number {
  try {
    const own = (JSON.parse(message) as { _aws?: { Timestamp?: unknown } })._aws?.Timestamp;
    return typeof own === 'number' && Number.isFinite(own) ? own : timestamp;
  } catch {
    return timestamp;
  }
}
