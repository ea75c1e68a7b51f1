import type * as z from 'zod';
import type { DataAnswer } from '../../http/answer.js';
import { decodeCursor, encodeCursor } from '../../http/cursor.js';
import { listAnswer } from '../../http/list-answer.js';
import type { RouteRequest } from '../../http/route.js';
import { toldAnswer } from '../../http/told-answer.js';
import type { WriteParts } from '../../http/write-parameters.js';
import { calendarEtag, calendarJson } from './calendar.presenter.js';
import type { CalendarChangeBody, CalendarListParameters, NewCalendarBody } from './calendar.schemas.js';
import type { CalendarInput, CalendarService } from './calendar.service.js';

type Params = { id: string };
type WriteOf<P, S extends z.ZodType> = RouteRequest<P, undefined, z.output<S>, WriteParts>;

const LIST = { path: '/calendars', sort: { by: '_id', descending: false }, filter: {} };

/** From requests to plain input and from outcomes to answers. */
export function calendarController(calendars: CalendarService) {
  return {
    async create({ body, write }: WriteOf<undefined, typeof NewCalendarBody>) {
      const { _id, ...rule } = body;
      return toldAnswer(await calendars.create(write, _id, rule as CalendarInput));
    },

    async list({ query, url }: RouteRequest<undefined, z.output<typeof CalendarListParameters>, undefined>) {
      const after = query.cursor === undefined ? null : decodeCursor(query.cursor, LIST, isText).tie;
      const { calendars: page, hasMore } = await calendars.list(after, query.limit);
      const last = hasMore ? page.at(-1) : undefined;
      const next = last === undefined ? null : encodeCursor(LIST, { value: null, tie: last._id });
      return listAnswer('Calendars listed.', page.map(calendarJson).join(','), { url, next });
    },

    async get({ params }: RouteRequest<Params, undefined, undefined>): Promise<DataAnswer> {
      const calendar = await calendars.get(params.id);
      const headers = { ETag: calendarEtag(calendar.version) };
      return { status: 200, message: 'Calendar found.', dataJson: calendarJson(calendar), headers };
    },

    async update({ params, body, write }: WriteOf<Params, typeof CalendarChangeBody>) {
      const { windowMinutes, boundary, ...readOnly } = body;
      const rule = { windowMinutes, boundary } as CalendarInput;
      return toldAnswer(await calendars.update(write, params.id, rule, readOnly));
    },
  };
}

function isText(tie: unknown): tie is string {
  return typeof tie === 'string' && /^[a-z0-9-]{1,40}$/.test(tie);
}
