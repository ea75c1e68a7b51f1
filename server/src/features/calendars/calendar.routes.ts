import { MERGE_PATCH_BODY } from '../../http/body.js';
import { type Route, route } from '../../http/route.js';
import { calendarController } from './calendar.controller.js';
import {
  CalendarAnswer,
  CalendarChangeBody,
  CalendarListParameters,
  CalendarParams,
  NewCalendarBody,
} from './calendar.schemas.js';
import type { CalendarService } from './calendar.service.js';

const tag = 'calendars';
const ETAG = { ETag: "The calendar's version" };

const example = {
  _id: 'north',
  windowMinutes: 180,
  boundary: 'inclusive',
  version: 1,
  createdAt: '2026-11-24T08:00:00.000Z',
};

/** Everything at /calendars. */
export function calendarRoutes(service: CalendarService): Route[] {
  const calendars = calendarController(service);
  const one = (description: string) => ({ description, schema: CalendarAnswer, example, headers: ETAG });
  return [
    route({
      method: 'post',
      path: '/calendars',
      operationId: 'createCalendar',
      tag,
      scope: 'calendars:write',
      write: 'other',
      summary: 'Make a calendar; orders of different calendars never meet',
      body: NewCalendarBody,
      bodyExample: { _id: 'north', windowMinutes: 180, boundary: 'inclusive' },
      answers: {
        201: { ...one('The calendar made'), headers: { ...ETAG, Location: 'The path of the calendar' } },
      },
      refusals: ['already_exists'],
      handle: calendars.create,
    }),
    route({
      method: 'get',
      path: '/calendars',
      operationId: 'listCalendars',
      tag,
      scope: 'calendars:read',
      summary: 'List the calendars by id, page by page',
      query: CalendarListParameters,
      answers: {
        200: {
          description: 'A page of calendars',
          schema: CalendarAnswer,
          list: true,
          example: [example],
          headers: { Link: 'The next page, where there is one' },
        },
      },
      refusals: [],
      handle: calendars.list,
    }),
    route({
      method: 'get',
      path: '/calendars/{id}',
      operationId: 'getCalendar',
      tag,
      scope: 'calendars:read',
      summary: 'Read a calendar',
      params: CalendarParams,
      answers: { 200: one('The calendar') },
      refusals: ['not_found'],
      handle: calendars.get,
    }),
    route({
      method: 'patch',
      path: '/calendars/{id}',
      operationId: 'patchCalendar',
      tag,
      scope: 'calendars:write',
      write: 'object',
      summary:
        'Change the rule; older orders that stand too near then stay, and are listed at /orders/clashes',
      params: CalendarParams,
      body: CalendarChangeBody,
      bodyExample: { windowMinutes: 240 },
      bodyTypes: MERGE_PATCH_BODY,
      answers: { 200: one('The calendar as it is now') },
      refusals: ['not_found'],
      handle: calendars.update,
    }),
  ];
}
