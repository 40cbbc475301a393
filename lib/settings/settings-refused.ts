/** The endpoints' settings cannot be deployed. The message lists every problem of every endpoint. */
export class SettingsRefused extends Error {
  override readonly name = 'SettingsRefused';

  constructor(readonly problems: readonly string[]) {
    const count = problems.length === 1 ? '1 problem' : `${problems.length} problems`;
    super(`${count} in the endpoints' settings:\n${problems.map((problem) => `  - ${problem}`).join('\n')}`);
  }
}
