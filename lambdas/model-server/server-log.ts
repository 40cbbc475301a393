type Fields = Record<string, unknown>;

/** Structured log lines. Whatever comes from a request goes into fields, where JSON keeps it from forging a line. */
export interface ServerLog {
  info(message: string, fields: Fields): void;
  warn(message: string, fields: Fields): void;
  error(message: string, fields: Fields): void;
}

/** Runs some work as a named part of the request's trace. */
export type TraceCall = <T>(name: string, work: () => Promise<T>) => Promise<T>;

export const noTrace: TraceCall = (_, work) => work();
