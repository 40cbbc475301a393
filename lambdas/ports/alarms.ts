/** Alarms that a user named as a veto. */
export interface Alarms {
  /** Those of the named alarms that are in ALARM, and those that do not exist: an alarm nobody can read vetoes as well. */
  vetoes(
    names: readonly string[],
  ): Promise<readonly { readonly name: string; readonly why: 'in ALARM' | 'does not exist' }[]>;
}
