/** Who may change an endpoint's traffic now. */
export interface Lock {
  readonly endpoint: string;
  /** Execution ARN. */
  readonly owner: string;
  readonly rolloutId: string;
  /** ISO 8601; after it the lock may be taken over, unless traffic was moved. */
  readonly leaseUntil: string;
  /** Its owner has written the alias: nobody takes it for its lease alone, before what that left was put back. */
  readonly traffic?: 'moved';
  /** Present when its owner is a rollback, to which no other one may say stop. */
  readonly action?: 'rollback';
  /** The rollback that stops the owner: it gets the lock when that is released, before anybody else can. */
  readonly next?: Successor;
  /** The rollout that had to give the lock to its present owner. */
  readonly after?: string;
}

export type Successor = Pick<Lock, 'owner' | 'rolloutId' | 'leaseUntil'>;

/** One lock per endpoint: a conditional write, owned by an execution, with a lease. */
export interface Locks {
  /** Idempotent for the owner, whose lease it renews. Answers the other's lock when taken. */
  acquire(lock: Lock, now: string): Promise<'acquired' | Lock>;
  /** Puts a rollback next in line, in the place of whoever was. False when the lock changed since it was read. */
  queue(held: Lock, next: Successor): Promise<boolean>;
  /** False when the lock is no longer the owner's. */
  renew(endpoint: string, owner: string, leaseUntil: string, traffic?: 'moved'): Promise<boolean>;
  /**
   * Releases only the owner's lock, to whoever is next in line, and takes the owner out of a line in which it stands.
   * False when it was not the owner's.
   */
  release(endpoint: string, owner: string): Promise<boolean>;
  read(endpoint: string): Promise<Lock | undefined>;
}
