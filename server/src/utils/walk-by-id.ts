interface Identified<Id> {
  _id: Id;
}

/** Gives the next rows by id: those after this one, or from the first where it is null. */
export type ReadAfter<Id, Row> = (after: Id | null, limit: number) => Promise<Row[]>;

/** Pages of rows in the order of their ids, from beyond the id given; the last has fewer than `limit`, or none. */
export async function* pagesById<Id, Row extends Identified<Id>>(
  read: ReadAfter<Id, Row>,
  limit: number,
  beyond: Id | null = null,
): AsyncGenerator<Row[], undefined> {
  for (let after = beyond; ; ) {
    const page: Row[] = await read(after, limit);
    yield page;
    if (page.length < limit) return undefined;
    after = page.at(-1)?._id ?? null;
  }
}

/** The same, row by row. */
export async function* rowsById<Id, Row extends Identified<Id>>(
  read: ReadAfter<Id, Row>,
  limit: number,
  beyond: Id | null = null,
): AsyncGenerator<Row, undefined> {
  for await (const page of pagesById(read, limit, beyond)) yield* page;
  return undefined;
}
