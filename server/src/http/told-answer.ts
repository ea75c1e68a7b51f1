import type { DataAnswer } from './answer.js';

/** What a write came to, as writes/outcome.ts has it. */
interface Told {
  status: number;
  message: string;
  dataJson: string;
  etag: string | null;
  location: string | null;
  isReplayed: boolean;
  isDryRun: boolean;
}

/** The answer to a write. */
export function toldAnswer({ etag, location, isReplayed, ...outcome }: Told): DataAnswer {
  const headers: Record<string, string> = {};
  if (etag !== null && !outcome.isDryRun) headers.ETag = etag; // a dry run's version may never be, or be another's
  if (location !== null) headers.Location = location;
  if (isReplayed) headers['Idempotent-Replayed'] = 'true';
  return { ...outcome, headers };
}
