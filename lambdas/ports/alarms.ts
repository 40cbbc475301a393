/** `without data`: the alarm has seen nothing that it could tell from trouble. */
export type AlarmState = 'OK' | 'in ALARM' | 'without data' | 'does not exist';

export interface NamedAlarm {
  readonly name: string;
  readonly state: AlarmState;
}

/** Alarms that a user named as a veto. */
export interface Alarms {
  /** How each named alarm stands, in the order of the names. */
  states(names: readonly string[]): Promise<readonly NamedAlarm[]>;
}
