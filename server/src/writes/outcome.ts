/** What a write came to: all that its answer is made of, so that a repeat gets the same. */
export interface Outcome {
  status: 200 | 201;
  message: string;
  /** Finished JSON. */
  dataJson: string;
  /** The object's validator; null where the answer is no single object that exists. */
  etag: string | null;
  /** The path of what was made; null where nothing was. */
  location: string | null;
}

/** An outcome as it is told: the first time, again, or as it would be. */
export interface ToldOutcome extends Outcome {
  isReplayed: boolean;
  isDryRun: boolean;
}
