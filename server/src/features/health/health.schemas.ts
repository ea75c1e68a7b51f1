import * as z from 'zod';

/** What a health check answers: nothing about data. */
export const HealthAnswer = z.strictObject({ status: z.enum(['live', 'ready']) }).meta({ id: 'Health' });
