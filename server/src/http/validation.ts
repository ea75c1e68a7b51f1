import type * as z from 'zod';
import { AppError, type ErrorDetail, type FaultPlace } from '../domain/errors.js';

/** Where a schema's input comes from; it decides how its faults are pointed at. */
export type Source = 'params' | 'query' | 'body';

type Issue = z.core.$ZodIssue;

/** The faults of one part of a request, one entry each. */
export function faultsOf(source: Source, issues: readonly Issue[], input: unknown): ErrorDetail[] {
  return issues.flatMap((issue) => {
    if (issue.code === 'unrecognized_keys')
      return issue.keys.map((key) => unknownFault(source, issue.path, key));
    const isMissing = valueAt(input, issue.path) === undefined;
    const code = isMissing ? 'required' : codeOf(issue);
    const what = source === 'body' ? 'The body' : 'The parameter';
    const name = issue.path.length === 0 ? what : issue.path.map(String).join('.');
    return [
      {
        ...placeOf(source, issue.path),
        code,
        message: `${name} ${isMissing ? 'is missing' : issue.message}.`,
      },
    ];
  });
}

/** One error for all faults; its code names the kind where they are all of one kind. */
export function validationError(faults: readonly ErrorDetail[]): AppError {
  const kinds = new Set(faults.map(({ code }) => code));
  const only = kinds.size === 1 ? [...kinds][0] : undefined;
  const isOfPath = faults.every((fault) => 'parameter' in fault);
  const code =
    isOfPath && (only === 'invalid_id' || only === 'unknown_parameter')
      ? only
      : ('validation_failed' as const);
  const message = faults.map((fault) => fault.message).join(' ');
  return new AppError(code, message, { details: faults });
}

function unknownFault(source: Source, path: Issue['path'], key: string): ErrorDetail {
  if (source !== 'body') {
    return {
      parameter: key,
      code: 'unknown_parameter',
      message: `There is no parameter ${JSON.stringify(key)} here.`,
    };
  }
  return {
    ...placeOf(source, [...path, key]),
    code: 'unknown_member',
    message: `There is no member ${JSON.stringify(key)} here.`,
  };
}

/** Custom checks name their own code; the others go by what zod calls them. */
function codeOf(issue: Issue): string {
  const own = issue.code === 'custom' ? (issue.params?.code as unknown) : undefined;
  return typeof own === 'string' ? own : issue.code === 'invalid_type' ? 'invalid_type' : 'invalid_value';
}

function placeOf(source: Source, path: Issue['path']): FaultPlace {
  if (source === 'body') return { pointer: path.map((step) => `/${escapePointer(String(step))}`).join('') };
  return { parameter: String(path[0] ?? '') };
}

/** RFC 6901, section 3. */
function escapePointer(step: string): string {
  return step.replaceAll('~', '~0').replaceAll('/', '~1');
}

function valueAt(input: unknown, path: Issue['path']): unknown {
  let value = input;
  for (const step of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, step)) return undefined;
    value = (value as Record<PropertyKey, unknown>)[step];
  }
  return value;
}
