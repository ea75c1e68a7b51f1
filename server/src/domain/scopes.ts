/** What a caller may do. `:write` includes `:read` of its kind, `admin` everything. */
export const SCOPES = [
  'orders:read',
  'orders:write',
  'services:read',
  'services:write',
  'calendars:read',
  'calendars:write',
  'metrics:read',
  'admin',
] as const;
export type Scope = (typeof SCOPES)[number];
