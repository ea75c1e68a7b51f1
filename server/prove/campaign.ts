/* What every campaign is: a search for one kind of failure, bounded in time, that can be repeated from its seed. */

/** What a campaign gets. */
export interface CampaignOptions {
  /** Everything that is chosen at random follows from it. */
  seed: number;
  /** How long it may go on, in milliseconds; a search that can end earlier does. */
  budgetMs: number;
  /** Shows how far it is, in a few words. */
  progress: (text: string) => void;
}

/** What a campaign came to. */
export interface CampaignResult {
  /** Every failure that was found, a sentence each, with what repeats it. */
  violations: string[];
  /** What was done: states, kills, requests, cases. */
  figures: Record<string, number>;
  /** Why all or a part of it could not be run here, as a sentence; absent where all was run. */
  leftOut?: string;
}

/** What the parts of a campaign came to together; a figure of the same name is the last part's. */
export function joined(results: readonly CampaignResult[]): CampaignResult {
  const leftOut = results.flatMap((result) => result.leftOut ?? []);
  return {
    violations: results.flatMap(({ violations }) => violations),
    figures: Object.assign({}, ...results.map(({ figures }) => figures)),
    ...(leftOut.length === 0 ? {} : { leftOut: leftOut.join(' ') }),
  };
}

export interface Campaign {
  name: string;
  /** What it looks for, in one line. */
  looksFor: string;
  /** Its part of the time there is, against the other campaigns' parts. */
  share: number;
  run(options: CampaignOptions): Promise<CampaignResult>;
}
