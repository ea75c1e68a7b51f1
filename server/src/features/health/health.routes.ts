import { AppError } from '../../domain/errors.js';
import { type Route, route } from '../../http/route.js';
import type { Storage } from '../../storage/storage.js';
import { HealthAnswer } from './health.schemas.js';

const tag = 'health';

interface HealthOptions {
  storage: Storage;
  lifecycle: Readonly<{ isStopping: boolean }>;
}

/** Whether the process runs, and whether it should be sent requests. */
export function healthRoutes({ storage, lifecycle }: HealthOptions): Route[] {
  return [
    route({
      method: 'get',
      path: '/health/live',
      operationId: 'getLiveness',
      tag,
      scope: null,
      summary: 'Whether the process runs; never touches the store',
      answers: {
        200: { description: 'The process runs', schema: HealthAnswer, example: { status: 'live' } },
      },
      refusals: [],
      handle: async () => ({ status: 200, message: 'The process runs.', dataJson: '{"status":"live"}' }),
    }),
    route({
      method: 'get',
      path: '/health/ready',
      operationId: 'getReadiness',
      tag,
      scope: null,
      summary: 'Whether requests should be sent here: the store answers and nobody is stopping',
      answers: {
        200: { description: 'Ready for requests', schema: HealthAnswer, example: { status: 'ready' } },
      },
      refusals: ['store_unavailable', 'shutting_down'],
      handle: async () => {
        if (lifecycle.isStopping) throw new AppError('shutting_down', 'The server is stopping.');
        if (!(await isReady(storage))) throw new AppError('store_unavailable', 'The store does not answer.');
        return { status: 200, message: 'Ready for requests.', dataJson: '{"status":"ready"}' };
      },
    }),
  ];
}

async function isReady(storage: Storage): Promise<boolean> {
  try {
    return await storage.isReady();
  } catch {
    return false;
  }
}
