import type { Campaign } from './campaign.js';
import { interleavings } from './interleavings/interleavings.js';

/** Every campaign, in the order in which they run. */
export const CAMPAIGNS: readonly Campaign[] = [interleavings];
