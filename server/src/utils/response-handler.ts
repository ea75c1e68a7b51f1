/*
 * The envelope of every answer, as the original's ResponseHandler gave it, extended. All of these
 * give finished JSON text: data arrives as JSON already, since stores keep it that way.
 */

/** What is told of a failure. `code` is stable; `details` are a request's faults, one by one. */
interface Failure {
  message: string;
  code: string;
  details: readonly unknown[];
  /** Members that this kind of error adds to `error`. */
  extra?: Readonly<Record<string, unknown>>;
}

/** The members of RFC 9457 beside `status` and `detail`, and the request's id. */
interface Problem {
  type: string;
  title: string;
  instance: string;
  requestId: string;
}

/** `more` are members beside these, each finished JSON by its name. */
function success(
  dataJson: string,
  message: string,
  status: number,
  more: Readonly<Record<string, string>> = {},
): string {
  let rest = '';
  for (const name in more) rest += `,"${name}":${more[name]}`;
  return `{"success":true,"data":${dataJson},"message":${JSON.stringify(message)},"status":${status}${rest}}`;
}

function error(failure: Failure, status: number, problem: Problem): string {
  const { message, code, details, extra } = failure;
  return JSON.stringify({
    success: false,
    status,
    error: { message, code, details, ...extra },
    type: problem.type,
    title: problem.title,
    detail: message,
    instance: problem.instance,
    requestId: problem.requestId,
  });
}

function notFound(failure: Failure, problem: Problem): string {
  return error(failure, 404, problem);
}

function badRequest(failure: Failure, problem: Problem): string {
  return error(failure, 400, problem);
}

export const ResponseHandler = { success, error, notFound, badRequest };
