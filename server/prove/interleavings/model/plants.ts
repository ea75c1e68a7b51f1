/** A fault that is planted into the model, to see that it is found. */
export type Plant =
  /** Taking a place reads the lock instead of writing it. */
  | 'no lock'
  /** A change of the window writes the calendar and no lock; bookings read the policy of the calendar. */
  | 'window change writes no lock'
  /** Only the lock of the order's own week is taken. */
  | 'no second stripe'
  /** Locks are made when they are first wanted, outside the transaction that wants them. */
  | 'lock made after the snapshot'
  /** The policy is read before the transaction, apart from the lock. */
  | 'policy read before'
  /** Who looks at a calendar without a transaction reads policy and orders apart. */
  | 'policy and orders read apart'
  /** A key's outcome is not kept. */
  | 'record not saved'
  /** Where no answer to a commit comes, the caller is told that it happened. */
  | 'guess that it is committed';
