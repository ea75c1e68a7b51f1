import { setTimeout as sleep } from 'node:timers/promises';

/** Waits for something that comes within twenty seconds, or within the time given; a test fails where it does not. */
export async function until(isSo: () => boolean | Promise<boolean>, mostMs = 20_000): Promise<void> {
  const latest = Date.now() + mostMs;
  while (!(await isSo())) {
    if (Date.now() > latest) throw new Error('What was waited for did not come.');
    await sleep(20);
  }
}
