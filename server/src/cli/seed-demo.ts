import { InvalidArgumentError } from 'commander';
import { type Calendar, DEFAULT_CALENDAR_ID, MS_PER_MINUTE } from '../domain/calendar.js';
import { AppError } from '../domain/errors.js';
import { CalendarService } from '../features/calendars/calendar.service.js';
import { CatalogService } from '../features/catalog/catalog.service.js';
import { OrderService } from '../features/orders/order.service.js';
import { type BatchOperation, createRunBatch } from '../features/orders/order-batch.js';
import { statusOf } from '../http/error-status.js';
import type { Storage } from '../storage/storage.js';
import { objectIdOf } from '../utils/object-id.js';
import { PLAIN_WRITE } from '../writes/write-request.js';
import { DEMO_SERVICES, type DemoOrder, dayOf, demoOrders } from './demo-orders.js';
import { progressBar } from './progress-bar.js';
import { type ServiceParts, servicePartsOn, withStorage } from './with-storage.js';

const COUNT_MAX = 100_000;
/** How many orders are booked in one transaction. */
const BATCH = 50;
/** How many transactions are under way at a time: the embedded store writes them to the disk together. */
const BATCHES_AT_A_TIME = 4;
/** How many refusals are told in words. */
const TOLD_MAX = 10;

interface Summary {
  added: number;
  /** How many of those added were cancelled then. */
  cancelled: number;
  alreadyThere: number;
  refused: number;
  calendars: number;
  /** The first few refusals. */
  refusals: string[];
}

/** The number of `--demo` as it is given. */
export function demoCount(text: string): number {
  const count = /^\d{1,6}$/.test(text) ? Number(text) : 0;
  if (count < 1 || count > COUNT_MAX)
    throw new InvalidArgumentError(`It must be a whole number from 1 to ${COUNT_MAX}.`);
  return count;
}

/** Books plausible orders around today through the same services as everyone; says what became of them. */
export async function seedDemo(count: number, { json = false }: { json?: boolean }): Promise<void> {
  const summary = await withStorage((storage) => book(storage, count));
  if (json) return console.log(JSON.stringify(summary));
  const { added, cancelled, alreadyThere, refused, calendars, refusals } = summary;
  for (const refusal of refusals) console.log(`Refused: ${refusal}`);
  if (refused > refusals.length) console.log(`and ${refused - refusals.length} others.`);
  console.log(
    `Orders on ${calendars} ${calendars === 1 ? 'calendar' : 'calendars'}: ${added} added, of which ${cancelled} are cancelled; ${alreadyThere} already there; ${refused} refused.`,
  );
}

async function book(storage: Storage, count: number): Promise<Summary> {
  const parts = servicePartsOn(storage);
  const offered = await offer(parts);
  const { orders, calendars } = await plan(parts, count);
  const summary: Summary = {
    added: 0,
    cancelled: 0,
    alreadyThere: 0,
    refused: 0,
    calendars,
    refusals: [],
  };
  const showProgress = progressBar(count);
  for (let done = 0; done < count; ) {
    const batches = Array.from({ length: BATCHES_AT_A_TIME }, (_, index) =>
      orders.slice(done + index * BATCH, done + (index + 1) * BATCH),
    );
    await Promise.all(batches.map((batch) => bookBatch(parts, batch, { offered, summary })));
    done += BATCH * BATCHES_AT_A_TIME;
    showProgress(Math.min(done, count));
  }
  return summary;
}

/** Puts the services in the catalog; gives their ids, without those that were deleted here. */
async function offer(parts: ServiceParts): Promise<(string | null)[]> {
  const ids: (string | null)[] = [];
  for (const { name } of DEMO_SERVICES) {
    const id = idOf(`services/${name}`);
    const catalog = new CatalogService({ ...parts, newId: () => id });
    const isOffered =
      (await parts.storage.services.find(id)) !== null ||
      (await unlessThere(() => catalog.create(PLAIN_WRITE, name)));
    ids.push(isOffered ? id : null);
  }
  return ids;
}

/** Fills the default calendar, then as many others as are needed, which have its rule where they are new. */
async function plan(parts: ServiceParts, count: number): Promise<{ orders: DemoOrder[]; calendars: number }> {
  const today = dayOf(parts.now());
  const usual = (await parts.storage.calendars.find(DEFAULT_CALENDAR_ID)) as Calendar;
  const orders: DemoOrder[] = [];
  let calendars = 0;
  for (; orders.length < count; calendars++) {
    const calendar = calendars === 0 ? usual : await calendarLike(parts, `demo-${calendars}`, usual);
    for (const order of demoOrders(calendar._id, calendar, today, count - orders.length)) orders.push(order);
  }
  return { orders, calendars };
}

async function calendarLike(
  { storage, ...parts }: ServiceParts,
  id: string,
  usual: Calendar,
): Promise<Calendar> {
  const found = await storage.calendars.find(id);
  if (found !== null) return found;
  const rule = { windowMinutes: usual.windowMs / MS_PER_MINUTE, boundary: usual.boundary };
  await unlessThere(() => new CalendarService({ storage, ...parts }).create(PLAIN_WRITE, id, rule));
  return (await storage.calendars.find(id)) as Calendar;
}

interface Booking {
  offered: readonly (string | null)[];
  summary: Summary;
}

/** Books orders in one transaction, and cancels some of them in it; counts what became of each. */
async function bookBatch(
  parts: ServiceParts,
  planned: readonly DemoOrder[],
  { offered, summary }: Booking,
): Promise<void> {
  const marked = planned.map((order) => ({
    ...order,
    id: idOf(`orders/${order.calendar}/${order.datetime}`),
  }));
  const found = await Promise.all(marked.map(({ id }) => parts.storage.orders.find(id)));
  const missing = marked.filter((_, index) => found[index] === null);
  summary.alreadyThere += marked.length - missing.length;
  const operations = missing.flatMap(
    ({ id, services, isCancelled, cancelReason, ...order }): BatchOperation[] => {
      const ids = services.flatMap((index) => offered[index] ?? []);
      const { calendar, datetime, totalfeeMinor } = order;
      const input = { calendar, datetime, totalfeeMinor, services: ids };
      const create: BatchOperation = { op: 'create', input };
      if (!isCancelled) return [create];
      return [create, { op: 'cancel', id, precondition: null, reason: cancelReason }];
    },
  );
  if (operations.length === 0) return;
  const newIds = missing.map(({ id }) => id).values();
  const orders = new OrderService({ ...parts, newId: () => newIds.next().value as string });
  const run = createRunBatch({ ...parts, orders, statusOf: (code) => statusOf(code, 409) });
  const { dataJson } = await run(PLAIN_WRITE, { isAtomic: false, operations });
  for (const { op, error } of JSON.parse(dataJson) as { op: string; error?: { message: string } }[]) {
    if (op === 'cancel') summary.cancelled += error === undefined ? 1 : 0;
    else if (error === undefined) summary.added += 1;
    else {
      summary.refused += 1;
      if (summary.refusals.length < TOLD_MAX) summary.refusals.push(error.message);
    }
  }
}

/** Whether something was made; not where it is, or was, there already. */
async function unlessThere(make: () => Promise<unknown>): Promise<boolean> {
  try {
    await make();
    return true;
  } catch (error) {
    if (error instanceof AppError && error.code === 'already_exists') return false;
    throw error;
  }
}

/** An id that follows from what it is of, so that a second run finds what the first one made. */
function idOf(what: string): string {
  return objectIdOf(`roundsman-demo/${what}`);
}
