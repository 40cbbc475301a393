/** What was waited for did not happen in time; the message says what was seen last. */
export class DeadlineMissed extends Error {
  override readonly name = 'DeadlineMissed';
}

/** The stack lacks something that every deployed app has, or is not there at all. */
export class AppNotFound extends Error {
  override readonly name = 'AppNotFound';
}

/** An execution ended before it came to the state that was waited for. */
export class EndedBefore extends Error {
  override readonly name = 'EndedBefore';
}
