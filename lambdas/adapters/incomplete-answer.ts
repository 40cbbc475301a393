/** AWS answered without a member that it always sends; nothing can be concluded from such an answer. */
export class IncompleteAnswer extends Error {
  override readonly name = 'IncompleteAnswer';
}

/** A member of an answer that must be there. Throws `IncompleteAnswer` with the call and the member. */
export function present<T>(value: T | null | undefined, what: string): T {
  if (value === undefined || value === null) throw new IncompleteAnswer(`AWS answered without ${what}.`);
  return value;
}
