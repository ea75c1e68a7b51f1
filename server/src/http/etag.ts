/** The strong validator of an object (RFC 9110, section 8.8.3), from its version and the shape of its answer. */
export function etagOf(version: number, shape: number): string {
  return `"${version}.${shape}"`;
}
