import { toWireInstant } from '../../domain/instant.js';
import type { OfferedService } from '../../domain/offered-service.js';
import { etagOf } from '../../http/entity-tags.js';
import type { Presented } from '../../storage/storage.js';

/** Raise it with every release that adds a member: ETags carry it. */
const SERVICE_SHAPE = 1;

/** What leaves of a service, and the only place that decides it. */
export function serviceOnWire({ _id, name, createdAt, version }: OfferedService) {
  return { _id, name, createdAt: toWireInstant(createdAt), version };
}

/** A service as finished JSON. */
export function serviceJson(service: OfferedService): string {
  return JSON.stringify(serviceOnWire(service));
}

/** A service's validator. */
export function serviceEtag(version: number): string {
  return etagOf(version, SERVICE_SHAPE);
}

/** A service that a dry run would add: it gets no id. */
export function draftJson(service: OfferedService): string {
  const { _id, ...draft } = serviceOnWire(service);
  return JSON.stringify(draft);
}

/** A service as it leaves, with the version that its ETag is made from. */
export function presentService(service: OfferedService): Presented {
  return { json: serviceJson(service), version: service.version };
}
