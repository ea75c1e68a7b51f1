import { type Connection, Mongoose, type Schema } from 'mongoose';
import { apiKeySchema } from './api-key.model.js';
import { calendarSchema } from './calendar.model.js';
import { counterSchema } from './counter.model.js';
import { idempotencySchema } from './idempotency.model.js';
import { lockSchema } from './lock.model.js';
import { metaSchema } from './meta.model.js';
import { orderSchema } from './order.model.js';
import { processSchema } from './process.model.js';
import { serviceSchema } from './service.model.js';

/** A Mongoose of our own, so that no other user of the package shares its settings. */
export const mongoose = new Mongoose({
  strict: 'throw',
  strictQuery: 'throw', // `true` would drop what it does not know from a filter, which then finds more
  sanitizeFilter: true,
  autoIndex: false,
  autoCreate: false,
  bufferCommands: false,
});

/** The models of the collections on one connection. */
export function modelsOn(connection: Connection) {
  const model = <T>(name: string, schema: Schema<T>) => connection.model<T>(name, schema);
  return {
    Order: model('Order', orderSchema),
    Service: model('Service', serviceSchema),
    Calendar: model('Calendar', calendarSchema),
    Lock: model('Lock', lockSchema),
    ApiKey: model('ApiKey', apiKeySchema),
    Idempotency: model('Idempotency', idempotencySchema),
    Counter: model('Counter', counterSchema),
    Meta: model('Meta', metaSchema),
    Process: model('Process', processSchema),
  };
}

export type Models = ReturnType<typeof modelsOn>;
