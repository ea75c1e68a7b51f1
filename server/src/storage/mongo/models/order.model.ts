import { Schema, type Types } from 'mongoose';

/** An order as the original kept it, extended; members of its own that it may have besides stay as they are. */
export interface OrderDocument {
  _id: Types.ObjectId;
  /** Missing or null in some orders of the original; never in ours. */
  datetime?: Date | null;
  /** A decimal number in the company's currency, as the original kept it. */
  totalfee?: number | null;
  services: Types.ObjectId[];
  number: number;
  calendar: string;
  status: string;
  /** Whether it holds its place on the calendar: what the rule's index begins with, after the calendar. */
  active: boolean;
  version: number;
  createdAt: Date;
  updatedAt: Date;
  cancelledAt: Date | null;
  cancelReason: string | null;
}

/** The collection `orders`. Each list that is promised at any size, and the rule's query, has its index here. */
export const orderSchema = new Schema<OrderDocument>(
  {
    datetime: Date,
    totalfee: Number,
    services: [Schema.Types.ObjectId],
    number: Number,
    calendar: String,
    status: String,
    active: Boolean,
    version: Number,
    createdAt: Date,
    updatedAt: Date,
    cancelledAt: Date,
    cancelReason: String,
  },
  { collection: 'orders', versionKey: false },
)
  .index({ number: 1 })
  .index({ datetime: 1, number: 1 })
  .index({ createdAt: 1, number: 1 })
  .index({ calendar: 1, datetime: 1, number: 1 })
  .index({ services: 1, number: 1 })
  .index({ services: 1, datetime: 1, number: 1 })
  .index({ status: 1, number: 1 })
  .index({ status: 1, datetime: 1, number: 1 })
  // Unique with the calendar before it, as a cluster that is sharded by calendar asks for.
  .index({ calendar: 1, number: 1 }, { unique: true })
  // Holds all that the rule asks for, so that its query reads no document.
  .index({ calendar: 1, active: 1, datetime: 1, number: 1, _id: 1 });
