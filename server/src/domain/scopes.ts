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

/** Whether a caller with these scopes may do what needs the one named. */
export function allows(scopes: readonly Scope[], needed: Scope): boolean {
  const wider = needed.replace(/:read$/, ':write');
  return scopes.some((scope) => scope === needed || scope === wider || scope === 'admin');
}
