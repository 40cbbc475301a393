/** The endpoints' settings cannot be deployed. The message lists every problem of every endpoint. */
export class SettingsRefused extends Error {
  /** In logs and in `catch`. */
  override readonly name = 'SettingsRefused';

  constructor(
    /** One sentence each: field, value, limit. */
    readonly problems: readonly string[],
  ) {
    const count = problems.length === 1 ? '1 problem' : `${problems.length} problems`;
    super(`${count} in the endpoints' settings:\n${problems.map((problem) => `  - ${problem}`).join('\n')}`);
  }
}
