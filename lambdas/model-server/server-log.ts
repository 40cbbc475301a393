type LogFields = Record<string, unknown>;

/** Structured log lines. Whatever comes from a request goes into fields, where JSON keeps it from forging a line. */
export interface ServerLog {
  info(message: string, fields: LogFields): void;
  warn(message: string, fields: LogFields): void;
  error(message: string, fields: LogFields): void;
}

/** Runs some work as a named part of the request's trace. */
export type TraceCall = <T>(name: string, work: () => Promise<T>) => Promise<T>;

export const noTrace: TraceCall = (_, work) => work();
