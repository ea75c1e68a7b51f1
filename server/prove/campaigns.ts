import type { Campaign } from './campaign.js';
import { contract } from './contract/contract.js';
import { durability } from './durability/durability.js';
import { faults } from './faults/faults.js';
import { histories } from './histories/histories.js';
import { interleavings } from './interleavings/interleavings.js';
import { overload } from './overload/overload.js';

/** Every campaign, in the order in which they run. */
export const CAMPAIGNS: readonly Campaign[] = [
  interleavings,
  histories,
  durability,
  overload,
  faults,
  contract,
];
