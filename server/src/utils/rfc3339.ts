const PATTERN = /^(\d{4})-(\d\d)-(\d\d)[Tt](\d\d):(\d\d):(\d\d)(?:\.(\d+))?(?:[Zz]|([+-])(\d\d):(\d\d))$/;
const MS_PER_MINUTE = 60_000;

/**
 * The instant that a text names, in milliseconds since 1970 (UTC), or null where it is no date-time of
 * RFC 3339 section 5.6 with its offset. Lower-case `t` and `z` are taken (the RFC allows them); leap
 * seconds (`:60`), `24:00` and decimals beyond milliseconds other than zeros are not, since they would
 * be kept as another instant than was named.
 */
export function parseRfc3339(text: string): number | null {
  const match = PATTERN.exec(text);
  if (match === null) return null;
  const [year, month, day, hour, minute, second] = match.slice(1, 7).map(Number) as [
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  const decimals = match[7] ?? '';
  const offsetHour = Number(match[9] ?? 0);
  const offsetMinute = Number(match[10] ?? 0);
  if (hour > 23 || minute > 59 || second > 59 || offsetHour > 23 || offsetMinute > 59) return null;
  if (/[1-9]/.test(decimals.slice(3))) return null;

  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day); // unlike Date.UTC it takes years below 100 as they are
  if (date.getUTCMonth() !== month - 1 || date.getUTCDate() !== day) return null;
  date.setUTCHours(hour, minute, second, Number(decimals.slice(0, 3).padEnd(3, '0')));

  const offsetMs = (offsetHour * 60 + offsetMinute) * MS_PER_MINUTE;
  return date.getTime() - (match[8] === '-' ? -offsetMs : offsetMs);
}
