import type { DataAnswer } from './answer.js';

/** A page of a list: `items` are finished JSON joined by commas, `next` the cursor of the page after it, or null. */
export function listAnswer(
  message: string,
  items: string,
  {
    url,
    next,
    count,
  }: { url: string; next: string | null; count?: number | { atLeast: number } | undefined },
): DataAnswer {
  const page = { hasMore: next !== null, next, ...(count === undefined ? {} : { count }) };
  const answer = { status: 200, message, dataJson: `[${items}]`, page };
  return next === null ? answer : { ...answer, headers: { Link: `<${nextUrl(url, next)}>; rel="next"` } };
}

/** The address asked for, with the cursor put in or in place of the one it had. */
function nextUrl(url: string, cursor: string): string {
  const [path, query = ''] = url.split('?', 2) as [string, string?];
  const others = query.split('&').filter((part) => part !== '' && !part.startsWith('cursor='));
  return `${path}?${[...others, `cursor=${cursor}`].join('&')}`;
}
