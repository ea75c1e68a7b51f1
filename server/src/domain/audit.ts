import { isKeepableInstant } from './instant.js';
import { TOTALFEE_MAX, toMajor } from './money.js';
import { type OfferedService, SERVICE_NAME_MAX } from './offered-service.js';
import type { Order } from './order.js';

/** What would be refused in an order if it were sent today, a sentence each; empty where nothing would. */
export function orderProblems(order: Order): string[] {
  const problems: string[] = [];
  if (order.datetime === null) problems.push('it has no datetime, so that it is not active');
  for (const member of ['datetime', 'createdAt', 'updatedAt', 'cancelledAt'] as const) {
    const instant = order[member];
    if (instant !== null && !isKeepableInstant(instant)) {
      problems.push(`its ${member} lies outside the years 0001 to 9999`);
    }
  }
  const { totalfeeMinor: fee, totalfeeAsFound } = order;
  if (totalfeeAsFound !== undefined || !Number.isInteger(fee) || fee < 0 || toMajor(fee) > TOTALFEE_MAX) {
    problems.push(`its totalfee is not between 0 and ${TOTALFEE_MAX} with at most two decimals`);
  }
  if (new Set(order.services).size !== order.services.length) problems.push('it names a service twice');
  return problems;
}

/** The same for a service of the catalog. */
export function serviceProblems(service: OfferedService): string[] {
  const length = [...service.name.trim()].length;
  return length < 1 || length > SERVICE_NAME_MAX
    ? [`its name has not 1 to ${SERVICE_NAME_MAX} characters`]
    : [];
}
