import type * as z from 'zod';
import type { DataAnswer } from '../../http/answer.js';
import { decodeCursor, encodeCursor } from '../../http/cursor.js';
import { listAnswer } from '../../http/list-answer.js';
import type { RouteRequest } from '../../http/route.js';
import { parseSort } from '../../http/sort.js';
import { toldAnswer } from '../../http/told-answer.js';
import type { WriteParts } from '../../http/write-parameters.js';
import type { ServiceSort } from '../../storage/storage.js';
import { serviceEtag } from './catalog.presenter.js';
import type { NewServiceBody, ServiceChangeBody, ServiceListParameters } from './catalog.schemas.js';
import type { CatalogService } from './catalog.service.js';

type Params = { id: string };
type WriteOf<P, Body> = RouteRequest<P, undefined, Body, WriteParts>;

/** From requests to plain input and from outcomes to answers. */
export function catalogController(catalog: CatalogService) {
  return {
    async create({ body, write }: WriteOf<undefined, z.output<typeof NewServiceBody>>) {
      return toldAnswer(await catalog.create(write, body.name));
    },

    async list({ query, url }: RouteRequest<undefined, z.output<typeof ServiceListParameters>, undefined>) {
      const sort = parseSort<ServiceSort['by']>(query.sort);
      const identity = { path: '/services', sort, filter: {} };
      const after = query.cursor === undefined ? null : decodeCursor(query.cursor, identity, isId);
      const { items, next } = await catalog.list({ sort, limit: query.limit, after });
      return listAnswer('Services listed.', items, { url, next: next && encodeCursor(identity, next) });
    },

    async get({ params }: RouteRequest<Params, undefined, undefined>): Promise<DataAnswer> {
      const { json, version } = await catalog.get(params.id);
      const headers = { ETag: serviceEtag(version) };
      return { status: 200, message: 'Service found.', dataJson: json, headers };
    },

    async update({ params, body, write }: WriteOf<Params, z.output<typeof ServiceChangeBody>>) {
      const { name, ...readOnly } = body;
      return toldAnswer(await catalog.update(write, params.id, { name, readOnly }));
    },

    async delete({ params, write }: WriteOf<Params, undefined>) {
      return toldAnswer(await catalog.delete(write, params.id));
    },
  };
}

function isId(tie: unknown): tie is string {
  return typeof tie === 'string' && /^[0-9a-f]{24}$/.test(tie);
}
