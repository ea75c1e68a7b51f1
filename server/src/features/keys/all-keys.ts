import type { ApiKey } from '../../domain/api-key.js';
import type { ApiKeyReads } from '../../storage/storage.js';

const PAGE = 1_000;

/** Every key that was ever made, by id. */
export async function* allKeys(keys: ApiKeyReads): AsyncGenerator<ApiKey> {
  for (let after: string | null = null; ; ) {
    const page: ApiKey[] = await keys.list(after, PAGE);
    yield* page;
    if (page.length < PAGE) return;
    after = page.at(-1)?._id ?? null;
  }
}
