import type { Campaign } from './campaign.js';

/** Every campaign, in the order in which they run. */
export const CAMPAIGNS: readonly Campaign[] = [];
