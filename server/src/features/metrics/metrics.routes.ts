import { type Route, route } from '../../http/route.js';
import type { Metrics } from './metrics.js';
import { MetricsText } from './metrics.schemas.js';

/** What the server counts of itself. */
export function metricsRoutes(metrics: Metrics): Route[] {
  return [
    route({
      method: 'get',
      path: '/metrics',
      operationId: 'getMetrics',
      tag: 'metrics',
      scope: 'metrics:read',
      summary: 'What the server counts of itself, for Prometheus',
      answers: {
        200: {
          description: 'The metrics in the text format of Prometheus',
          schema: MetricsText,
          contentType: 'text/plain',
          example: 'roundsman_clashes_total 3\n',
        },
      },
      refusals: [],
      handle: async () => ({ status: 200, contentType: metrics.contentType, body: await metrics.text() }),
    }),
  ];
}
