import { runCli } from '../../tests/support/server-process.js';

const TELL_EVERY_MS = 5_000;

/** What `roundsman verify` finds in a store, as sentences. */
export async function verifyFaults(url: string): Promise<string[]> {
  const { code, stdout, stderr } = await runCli(['verify'], { DATABASE_URL: url });
  return code === 0 ? [] : [`roundsman verify ended with ${code}: ${stdout.trim()} ${stderr.trim()}`];
}

/** Tells how far something is every few seconds, until what it gives back is called. */
export function everyFewSeconds(tell: () => void): () => void {
  const timer = setInterval(tell, TELL_EVERY_MS);
  return () => clearInterval(timer);
}
