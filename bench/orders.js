const BATCH = 1_000;

/** An order as the store keeps it; `datetime` is in milliseconds since 1970. */
function storedOrder({ _id, number, datetime }) {
  return {
    _id,
    number,
    datetime,
    totalfeeMinor: 34_950,
    services: [],
    calendar: 'default',
    status: 'scheduled',
    version: 1,
    createdAt: Date.now(),
    updatedAt: Date.now(),
    cancelledAt: null,
    cancelReason: null,
  };
}

/** Fills an empty store with so many orders, at the times that `datetimeOf` gives by their index. */
export async function fillStorage(storage, { count, datetimeOf, newId }) {
  for (let first = 0; first < count; first += BATCH) {
    const length = Math.min(BATCH, count - first);
    const orders = Array.from({ length }, (_, index) =>
      storedOrder({ _id: newId(), number: first + index + 1, datetime: datetimeOf(first + index) }),
    );
    await storage.holdings.orders.put(orders);
  }
  await storage.holdings.setLastNumber(count);
}
