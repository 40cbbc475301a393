/** What the shell gets; docs/guides/cli.md has a row for each. */
export const EXIT = {
  /** What was asked for was done; a rollout that was waited for ended well. */
  ok: 0,
  /** Refused by the state of things, or failed; a rollout that was waited for did not end well. */
  refused: 1,
  /** The command line cannot be used. */
  usage: 2,
  /** No such app, endpoint, rollout or report; or AWS cannot be reached with these credentials. */
  notFound: 3,
  /** What was waited for is not there yet; it goes on. */
  timeout: 4,
  /** Ctrl-C: 128 + 2. What was begun goes on. */
  interrupted: 130,
} as const;
export type ExitCode = (typeof EXIT)[keyof typeof EXIT];
