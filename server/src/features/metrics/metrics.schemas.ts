import * as z from 'zod';

/** The text format of Prometheus. */
export const MetricsText = z.string().meta({ id: 'MetricsText' });
