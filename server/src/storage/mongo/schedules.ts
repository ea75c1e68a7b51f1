import type { PipelineStage } from 'mongoose';
import type { Policy } from '../../domain/calendar.js';
import type { Schedule, ScheduleQuery, ScheduleReads } from '../storage.js';
import { instantsBetween, sortOf } from './keyset.js';
import type { Models } from './models/models.js';
import { BY_TIME, type StartDocument, startOfDocument } from './orders.js';
import type { RunQuery } from './run-query.js';

interface ScheduleDocument {
  policies: Policy[];
  starts: StartDocument[];
}

/**
 * Looking at a calendar; one command on a snapshot reads policy and orders, so that both are of one instant.
 * Past Mongoose, which would cost a tenth of it and has no schema for what comes.
 */
export class MongoScheduleReads implements ScheduleReads {
  readonly #models: Pick<Models, 'Order' | 'Calendar'>;
  readonly #query: RunQuery;

  constructor(models: Pick<Models, 'Order' | 'Calendar'>, query: RunQuery) {
    this.#models = models;
    this.#query = query;
  }

  find({ calendar, range, limit }: ScheduleQuery): Promise<Schedule | null> {
    const { Order, Calendar } = this.#models;
    const pipeline: PipelineStage[] = [
      { $match: { calendar, active: true, datetime: instantsBetween(range.from, range.to) } },
      { $sort: sortOf({ ...BY_TIME, descending: false }) },
      { $limit: limit },
      {
        $group: {
          _id: '$calendar',
          starts: { $push: { _id: '$_id', datetime: '$datetime', number: '$number' } },
        },
      },
      {
        $lookup: {
          from: Calendar.collection.name,
          localField: '_id',
          foreignField: '_id',
          as: 'policies',
        },
      },
    ];
    return this.#query.run(async () => {
      const [found] = await Order.collection
        .aggregate<ScheduleDocument>(pipeline, {
          readConcern: { level: 'snapshot' },
          readPreference: 'primary',
        })
        .toArray();
      const policy = found?.policies[0];
      if (found === undefined || policy === undefined) return null;
      const { windowMs, boundary } = policy;
      return { policy: { windowMs, boundary }, starts: found.starts.map(startOfDocument) };
    });
  }
}
