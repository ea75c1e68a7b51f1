import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';

type Json = Record<string, unknown>;

interface Media {
  schema: Json;
  example?: unknown;
}

interface DocumentedAnswer {
  description: string;
  headers?: Record<string, { required?: boolean }>;
  content?: Record<string, Media>;
}

export interface Operation {
  operationId: string;
  tags: string[];
  summary: string;
  parameters: { name: string; in: string; schema: Json }[];
  requestBody?: { content: Record<string, Media> };
  responses: Record<string, DocumentedAnswer>;
}

/** The parts of an OpenAPI document that tests look at. */
export interface OpenApiDocument {
  paths: Record<string, Record<string, Operation>>;
  components: { schemas: Record<string, Json> };
}

/** A request and its answer, as they went over the wire. */
export interface Exchange {
  method: string;
  /** As it was asked for, with its query. */
  path: string;
  status: number;
  headers: Readonly<Record<string, string | string[] | undefined>>;
  text: string;
}

const DOCUMENT_ID = 'openapi.json';
/** The page to read the contract and its files are mounted beside the routes. */
const DOCS_PAGE = /^\/docs(\/|$)/i;

/** Looks at answers with an OpenAPI document in its hand: status, media type, headers and every member. */
export class ContractChecker {
  readonly #ajv = new Ajv2020({ strict: false, allErrors: true, multipleOfPrecision: 6 });
  readonly #document: OpenApiDocument;
  readonly #conflictStatus: number;

  constructor(document: OpenApiDocument, { conflictStatus = 409 } = {}) {
    addFormats.default(this.#ajv);
    this.#ajv.addSchema(document, DOCUMENT_ID);
    this.#document = document;
    this.#conflictStatus = conflictStatus;
  }

  /** What of an answer is not as the document says, a sentence each; empty where all is. */
  violations(exchange: Exchange): string[] {
    const { method, path, status } = exchange;
    const found = this.#violations(exchange);
    return found.map((violation) => `${method} ${path} → ${status}: ${violation}`);
  }

  /** The validator of what stands at a place of the document, by its steps. */
  validator(...steps: string[]): ValidateFunction {
    const pointer = steps.map((step) => `/${step.replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
    const validate = this.#ajv.getSchema(`${DOCUMENT_ID}#${encodeURI(pointer)}`);
    if (validate === undefined) throw new Error(`The document has nothing at ${pointer}.`);
    return validate as ValidateFunction;
  }

  /** The operation that a request asks for, or null where none is documented. */
  #operationOf(
    method: string,
    path: string,
  ): { template: string; verb: string; operation: Operation } | null {
    const verb = method === 'HEAD' ? 'get' : method.toLowerCase();
    const templates = Object.keys(this.#document.paths).filter((template) => matches(template, path));
    const template = templates.find((one) => !one.includes('{')) ?? templates[0]; // OpenAPI 3.1, 4.8.8.2
    const operation = template === undefined ? undefined : this.#document.paths[template]?.[verb];
    return template === undefined || operation === undefined ? null : { template, verb, operation };
  }

  #violations(exchange: Exchange): string[] {
    const path = exchange.path.replace(/[?#].*$/s, '');
    const found = isDecodable(path) ? this.#operationOf(exchange.method, path) : null;
    const common = exchange.headers['x-request-id'] === undefined ? ['has no X-Request-Id'] : [];
    if (found !== null) return [...common, ...this.#documented(exchange, found)];
    if (DOCS_PAGE.test(path) && exchange.status < 400) return common;
    if (exchange.method === 'OPTIONS' && exchange.status === 204) return common; // a preflight request
    return [...common, ...this.#undocumented(exchange)];
  }

  #documented(
    exchange: Exchange,
    { template, verb, operation }: { template: string; verb: string; operation: Operation },
  ): string[] {
    const { status, text } = this.#withDocumentedStatus(exchange);
    const answer = operation.responses[status];
    if (answer === undefined) return [`the status is not documented for ${verb} ${template}: ${text}`];
    const missing = Object.entries(answer.headers ?? {})
      .filter(
        ([name, { required }]) => required === true && exchange.headers[name.toLowerCase()] === undefined,
      )
      .map(([name]) => `the documented header ${name} is missing`);
    if (answer.content === undefined) return text === '' ? missing : [...missing, 'it has a body'];
    const mediaType = mediaTypeOf(exchange);
    if (answer.content[mediaType] === undefined) return [`the media type ${mediaType} is not documented`];
    const place = ['paths', template, verb, 'responses', String(status), 'content', mediaType, 'schema'];
    return [...missing, ...bodyFaults(exchange, text, this.validator(...place))];
  }

  /** What no operation answers is an error all the same, by its code. */
  #undocumented(exchange: Exchange): string[] {
    if (exchange.status < 400) return ['what is not documented was answered as a success'];
    if (exchange.method === 'HEAD') return bodyFaults(exchange, exchange.text, null);
    const mediaType = mediaTypeOf(exchange);
    if (!/^application\/(problem\+)?json$/.test(mediaType)) return [`the media type is ${mediaType}`];
    const { text, status } = this.#withDocumentedStatus(exchange);
    const code = codeOf(text);
    const name = Object.keys(this.#document.components.schemas).find(
      (key) => constAt(this.#document.components.schemas[key], 'error', 'code') === code,
    );
    if (name === undefined) return [`there is no schema for the error ${code}: ${text}`];
    const wrongStatus =
      constAt(this.#document.components.schemas[name], 'status') === status
        ? []
        : [`${code} has another status`];
    return [...wrongStatus, ...bodyFaults(exchange, text, this.validator('components', 'schemas', name))];
  }

  /** A clash under CONFLICT_STATUS=400 is as documented but for its status. */
  #withDocumentedStatus({ status, text }: Exchange): { status: number; text: string } {
    if (status !== this.#conflictStatus || status === 409 || codeOf(text) !== 'booking_clash')
      return { status, text };
    return { status: 409, text: text.replace(`"status":${status}`, '"status":409') };
  }
}

function bodyFaults({ method }: Exchange, text: string, validate: ValidateFunction | null): string[] {
  if (method === 'HEAD') return text === '' ? [] : ['an answer to HEAD has a body'];
  if (validate === null) return [];
  const isJson = validate.schema !== true && !isTextSchema(validate.schema);
  const value: unknown = isJson ? parse(text) : text;
  if (value === undefined) return [`the body is not JSON: ${text.slice(0, 200)}`];
  if (validate(value)) return [];
  return (validate.errors ?? []).map(
    ({ instancePath, message }) => `${instancePath || 'the body'} ${message}: ${text}`,
  );
}

function isTextSchema(schema: unknown): boolean {
  return (schema as Json).type === 'string';
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function codeOf(text: string): unknown {
  return (parse(text) as { error?: { code?: unknown } } | undefined)?.error?.code;
}

/** The `const` of a member of an object schema, by the names that lead to it. */
function constAt(schema: Json | undefined, ...names: string[]): unknown {
  let value: unknown = schema;
  for (const name of names) value = (value as { properties?: Json } | undefined)?.properties?.[name];
  return (value as Json | undefined)?.const;
}

function mediaTypeOf({ headers }: Exchange): string {
  return String(headers['content-type'] ?? 'none').split(';')[0] as string;
}

function isDecodable(path: string): boolean {
  try {
    decodeURIComponent(path);
    return true;
  } catch {
    return false;
  }
}

/** Whether a path is one of a template's; Express takes fixed parts in either case, and one slash at the end. */
function matches(template: string, path: string): boolean {
  const pattern = template.replace(/[.]/g, '\\.').replace(/\{\w+\}/g, '[^/]+');
  return new RegExp(`^${pattern}/?$`, 'i').test(path);
}
