import { AppError, ERROR_CODES, type ErrorCode } from '../../domain/errors.js';
import { ERROR_STATUS } from '../../http/error-status.js';
import { PROBLEMS } from '../../http/problems.js';
import { type Route, route } from '../../http/route.js';
import { OpenApiDocument, ProblemAnswer, ProblemParams } from './docs.schemas.js';
import { problemPage } from './problem-page.js';

const tag = 'docs';

/** The contract, and what its errors mean. The page at /docs is mounted by docs-page.ts. */
export function docsRoutes(openApiJson: () => string, statusOf: (code: ErrorCode) => number): Route[] {
  return [
    route({
      method: 'get',
      path: '/openapi.json',
      operationId: 'getOpenApi',
      tag,
      scope: null,
      summary: 'The contract of this service, OpenAPI 3.1',
      answers: {
        200: {
          description: 'The contract',
          schema: OpenApiDocument,
          contentType: 'application/json',
          example: { openapi: '3.1.0' },
        },
      },
      refusals: [],
      handle: async () => ({
        status: 200,
        contentType: 'application/json; charset=utf-8',
        body: openApiJson(),
      }),
    }),
    route({
      method: 'get',
      path: '/problems/{code}',
      operationId: 'getProblem',
      tag,
      scope: null,
      summary: 'What an error code means and what to do; HTML for a browser',
      params: ProblemParams,
      answers: {
        200: {
          description: 'The problem explained',
          schema: ProblemAnswer,
          asPage: true,
          example: { code: 'booking_clash', status: ERROR_STATUS.booking_clash, ...PROBLEMS.booking_clash },
        },
      },
      refusals: ['not_found'],
      handle: async ({ params, accepts }) => {
        const code = ERROR_CODES.find((known) => known === params.code);
        if (code === undefined) throw new AppError('not_found', 'There is no error of this code.');
        const problem = { code, status: statusOf(code), ...PROBLEMS[code] };
        if (accepts(['application/json', 'text/html']) === 'text/html') {
          return { status: 200, contentType: 'text/html; charset=utf-8', body: problemPage(problem) };
        }
        return { status: 200, message: 'The problem explained.', dataJson: JSON.stringify(problem) };
      },
    }),
  ];
}
