import type * as z from 'zod';
import { decodeCursor, encodeCursor } from '../../http/cursor.js';
import { listAnswer } from '../../http/list-answer.js';
import type { RouteRequest } from '../../http/route.js';
import type { ClashPage, ClashPosition, ClashQuery } from './order-clashes.js';
import type { ClashListParameters } from './order-clashes.schemas.js';

/** From a request to a page of clashes. */
export function clashesController(list: (query: ClashQuery) => Promise<ClashPage>) {
  return async ({ query, url }: RouteRequest<undefined, z.output<typeof ClashListParameters>, undefined>) => {
    const { limit, cursor, calendar = null } = query;
    const identity = {
      path: '/orders/clashes',
      sort: { by: 'datetime', descending: false },
      filter: { calendar },
    };
    const after = cursor === undefined ? null : positionOf(decodeCursor(cursor, identity, isTie));
    const { items, next } = await list({ calendar, limit, after });
    return listAnswer('Clashes listed.', items, {
      url,
      next: next && encodeCursor(identity, { value: next.calendar, tie: tieOf(next) }),
    });
  };
}

/** The order's time and number; empty for the beginning of a calendar. */
function tieOf({ order }: ClashPosition): string {
  return order === null ? '' : `${order.datetime}/${order.number}`;
}

function isTie(tie: unknown): tie is string {
  return typeof tie === 'string' && /^(-?\d{1,15}\/\d{1,15})?$/.test(tie);
}

function positionOf({ value, tie }: { value: unknown; tie: string }): ClashPosition {
  const [datetime, number] = tie.split('/').map(Number) as [number, number];
  return { calendar: String(value), order: tie === '' ? null : { datetime, number } };
}
