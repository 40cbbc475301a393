type Fields = Record<string, unknown>;

/** Structured log lines. Whatever comes from a request goes into fields, where JSON keeps it from forging a line. */
export interface ServerLog {
  info(message: string, fields: Fields): void;
  warn(message: string, fields: Fields): void;
  error(message: string, fields: Fields): void;
}
