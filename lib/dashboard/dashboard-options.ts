/** How the dashboard is made. */
export interface DashboardOptions {
  /**
   * Whether people can promote, abort, approve, reject, roll back and postpone teardowns from it. Without, there is no
   * function that could. Callers who may invoke that function may do all of this: see docs/guides/security.md.
   * @default true
   */
  readonly actions?: boolean;
  /**
   * Where people of yours read docs/guides/operations.md: an https address without a fragment. The alarms then lead to
   * their sections there.
   * @default - the sections are named, not linked
   */
  readonly runbookUrl?: string;
}
