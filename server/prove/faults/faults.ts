import { type Campaign, joined } from '../campaign.js';
import { embeddedStore, mongoStore } from '../support/stores.js';
import { proveCuts } from './cut-commands.js';
import { proveFreeze } from './frozen.js';
import { proveFullDisk } from './full-disk.js';

export const faults: Campaign = {
  name: 'faults',
  looksFor: 'effects that are lost or doubled by cut connections, a full disk, and a process that freezes',
  share: 4, // so that a process freezes for a minute in 10
  async run(options) {
    const part = (of: number) => ({ ...options, budgetMs: options.budgetMs * of });
    return joined([
      await proveCuts(part(0.12)),
      await proveFullDisk(part(0.04)),
      await proveFreeze(embeddedStore(), part(0.42)),
      await proveFreeze(await mongoStore(), part(0.42)),
    ]);
  },
};
