/** What is sold: in the catalog and on the wire a "service". Times are milliseconds since 1970 (UTC). */
export interface OfferedService {
  _id: string;
  name: string;
  createdAt: number;
  version: number;
}

/** The longest name, in Unicode code points. */
export const SERVICE_NAME_MAX = 200;

/** The form by which names are sorted, so that case and compatibility variants stand together. */
export function nameSortKey(name: string): string {
  return name.normalize('NFKC').toLowerCase();
}
