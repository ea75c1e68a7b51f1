/** The instants that an order may have: the years 0001 to 9999 in UTC, in milliseconds since 1970. */
export const INSTANT_MIN_MS = -62_135_596_800_000;
export const INSTANT_MAX_MS = 253_402_300_799_999;

/** Whether an instant (milliseconds since 1970) lies in the years 0001 to 9999, UTC. */
export function isKeepableInstant(ms: number): boolean {
  return Number.isInteger(ms) && ms >= INSTANT_MIN_MS && ms <= INSTANT_MAX_MS;
}

/** An instant in milliseconds as it stands on the wire: UTC with milliseconds, `2022-11-01T11:11:11.111Z`. */
export function toWireInstant(ms: number): string {
  return new Date(ms).toISOString();
}
