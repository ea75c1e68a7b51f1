import { Schema } from 'mongoose';

/** An API key; its secret is kept nowhere. Keys are revoked, never removed. */
export interface ApiKeyDocument {
  _id: string;
  name: string;
  scopes: string[];
  secretHash: string;
  createdAt: Date;
  expiresAt: Date | null;
  revokedAt: Date | null;
  lastUsedAt: Date | null;
}

/** The collection `apikeys`. */
export const apiKeySchema = new Schema<ApiKeyDocument>(
  {
    _id: String,
    name: String,
    scopes: [String],
    secretHash: String,
    createdAt: Date,
    expiresAt: Date,
    revokedAt: Date,
    lastUsedAt: Date,
  },
  { collection: 'apikeys', versionKey: false },
);
