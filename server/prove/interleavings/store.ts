import { DEFAULT_CALENDAR_ID, DEFAULT_WINDOW_MINUTES, MS_PER_MINUTE } from '../../src/domain/calendar.js';
import { serviceJson } from '../../src/features/catalog/catalog.presenter.js';
import { orderPresenter } from '../../src/features/orders/order.presenter.js';
import type { TestDatabase } from '../../tests/support/test-database.js';
import { documentsOfCalendar } from './model/calendars.js';
import { type Mode, ModelDatabase } from './model/database.js';
import { Documents } from './model/documents.js';
import { ModelStorage } from './model/model-storage.js';
import { FREE_STEPS } from './model/steps.js';

/** As good as without end: 50 rivals of a contract test conflict as often as they like. */
const ATTEMPTS_MAX = 10_000;

/** A database of the model for the contract suite, with the isolation that TEST_MODEL_MODE names. */
export async function createDatabase(): Promise<TestDatabase> {
  const mode: Mode = process.env.TEST_MODEL_MODE === 'sqlite' ? 'sqlite' : 'mongodb';
  const documents = Documents.empty();
  documents.commit([
    ...documentsOfCalendar({
      _id: DEFAULT_CALENDAR_ID,
      windowMs: DEFAULT_WINDOW_MINUTES * MS_PER_MINUTE,
      boundary: 'inclusive',
      version: 1,
      createdAt: 0,
    }),
    { collection: 'counters', id: 'orders', value: { value: 0 } },
  ]);
  const database = new ModelDatabase(documents, { mode });
  return {
    url: `model:${mode}`,
    async open() {
      const presenters = { order: orderPresenter, service: serviceJson };
      return new ModelStorage({
        name: 'test',
        database,
        steps: FREE_STEPS,
        presenters,
        attemptsMax: ATTEMPTS_MAX,
      });
    },
    async drop() {},
  };
}
