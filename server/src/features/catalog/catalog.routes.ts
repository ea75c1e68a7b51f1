import { MERGE_PATCH_BODY } from '../../http/body.js';
import { type Route, route } from '../../http/route.js';
import { IdParams } from '../../http/schemas.js';
import { catalogController } from './catalog.controller.js';
import {
  NewServiceBody,
  ServiceAnswer,
  ServiceChangeBody,
  ServiceDraftAnswer,
  ServiceListParameters,
} from './catalog.schemas.js';
import type { CatalogService } from './catalog.service.js';

const tag = 'services';
const ETAG = { ETag: "The service's version" };

const example = {
  _id: '6560a1b2c3d4e5f601234567',
  name: 'Inspection',
  createdAt: '2026-11-24T08:00:00.000Z',
  version: 1,
};

/** Everything at /services. */
export function catalogRoutes(service: CatalogService): Route[] {
  const catalog = catalogController(service);
  const one = (description: string) => ({ description, schema: ServiceAnswer, example, headers: ETAG });
  return [
    route({
      method: 'post',
      path: '/services',
      operationId: 'createService',
      tag,
      scope: 'services:write',
      write: 'other',
      summary: 'Add a service to the catalog',
      body: NewServiceBody,
      bodyExample: { name: 'Inspection' },
      answers: {
        201: {
          ...one('The service added'),
          dryRunSchema: ServiceDraftAnswer,
          headers: { ...ETAG, Location: 'The path of the service' },
        },
      },
      refusals: [],
      handle: catalog.create,
    }),
    route({
      method: 'get',
      path: '/services',
      operationId: 'listServices',
      tag,
      scope: 'services:read',
      summary: 'List the services that are offered, page by page',
      query: ServiceListParameters,
      answers: {
        200: {
          description: 'A page of services',
          schema: ServiceAnswer,
          list: true,
          example: [example],
          headers: { Link: 'The next page, where there is one' },
        },
      },
      refusals: [],
      handle: catalog.list,
    }),
    route({
      method: 'get',
      path: '/services/{id}',
      operationId: 'getService',
      tag,
      scope: 'services:read',
      summary: 'Read a service',
      params: IdParams,
      answers: { 200: one('The service') },
      refusals: ['not_found'],
      handle: catalog.get,
    }),
    ...(['put', 'patch'] as const).map((method) =>
      route({
        method,
        path: '/services/{id}',
        operationId: method === 'put' ? 'updateService' : 'patchService',
        tag,
        scope: 'services:write',
        write: 'object',
        summary: 'Change the members given',
        params: IdParams,
        body: ServiceChangeBody,
        bodyExample: { name: 'Full inspection' },
        ...(method === 'patch' ? { bodyTypes: MERGE_PATCH_BODY } : {}),
        answers: { 200: one('The service as it is now') },
        refusals: ['not_found'],
        handle: catalog.update,
      }),
    ),
    route({
      method: 'delete',
      path: '/services/{id}',
      operationId: 'deleteService',
      tag,
      scope: 'services:write',
      write: 'object',
      summary: 'Take a service out of the catalog; orders keep its id',
      params: IdParams,
      answers: { 200: one('The service as it was') },
      refusals: ['not_found'],
      handle: catalog.delete,
    }),
  ];
}
