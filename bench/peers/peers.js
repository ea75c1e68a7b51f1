// The products that Roundsman is measured against; each is installed for the run alone.
import { runVendure } from './vendure/run.js';

const PEERS = { vendure: runVendure };

/** Measures Roundsman against one of them. Ends with a sentence where nobody knows its name. */
export async function runPeer(name, options) {
  if (!Object.hasOwn(PEERS, name)) {
    console.error(`No peer is called "${name}"; these are known: ${Object.keys(PEERS).join(', ')}.`);
    process.exit(1);
  }
  await PEERS[name](options);
}
