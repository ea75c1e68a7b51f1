import type { z } from 'zod';
import type { DataAnswer } from '../../http/answer.js';
import { decodeCursor, encodeCursor } from '../../http/cursor.js';
import { etagOf } from '../../http/etag.js';
import { listAnswer } from '../../http/list-answer.js';
import type { RouteRequest } from '../../http/route.js';
import { parseSort } from '../../http/sort.js';
import type { Presented, ServiceSort } from '../../storage/storage.js';
import { SERVICE_SHAPE } from './catalog.presenter.js';
import type { NewServiceBody, ServiceChangeBody, ServiceListParameters } from './catalog.schemas.js';
import type { CatalogService } from './catalog.service.js';

type Params = { id: string };

/** From requests to plain input and from outcomes to answers. */
export function catalogController(catalog: CatalogService) {
  return {
    async create({
      body,
    }: RouteRequest<undefined, undefined, z.output<typeof NewServiceBody>>): Promise<DataAnswer> {
      const { id, service } = await catalog.create(body.name);
      const answer = serviceAnswer(201, 'Service created.', service);
      return { ...answer, headers: { ...answer.headers, Location: `/services/${id}` } };
    },

    async list({ query, url }: RouteRequest<undefined, z.output<typeof ServiceListParameters>, undefined>) {
      const sort = parseSort<ServiceSort['by']>(query.sort);
      const identity = { path: '/services', sort, filter: {} };
      const after = query.cursor === undefined ? null : decodeCursor(query.cursor, identity, isId);
      const { items, next } = await catalog.list({ sort, limit: query.limit, after });
      return listAnswer('Services listed.', items, { url, next: next && encodeCursor(identity, next) });
    },

    async get({ params }: RouteRequest<Params, undefined, undefined>): Promise<DataAnswer> {
      return serviceAnswer(200, 'Service found.', await catalog.get(params.id));
    },

    async update({ params, body }: RouteRequest<Params, undefined, z.output<typeof ServiceChangeBody>>) {
      const { name, ...readOnly } = body;
      return serviceAnswer(200, 'Service updated.', await catalog.update(params.id, { name, readOnly }));
    },

    async delete({ params }: RouteRequest<Params, undefined, undefined>): Promise<DataAnswer> {
      return serviceAnswer(200, 'Service deleted.', await catalog.delete(params.id));
    },
  };
}

function serviceAnswer(status: number, message: string, { json, version }: Presented): DataAnswer {
  return { status, message, dataJson: json, headers: { ETag: etagOf(version, SERVICE_SHAPE) } };
}

function isId(tie: unknown): tie is string {
  return typeof tie === 'string' && /^[0-9a-f]{24}$/.test(tie);
}
