import type { Request, RequestHandler } from 'express';
import { AppError } from '../../domain/errors.js';
import { allows, type Scope } from '../../domain/scopes.js';

/** Who calls with a key. */
export interface Caller {
  id: string;
  scopes: readonly Scope[];
}

/** Who may call; the composition root gives one that knows the keys. */
export interface Gate {
  /** Whether calls need a key. */
  needsKey(): boolean;
  /** Whether no key was ever made, so that only callers of this machine may call. */
  isForLocalCallers(): boolean;
  /** Whose key a token is; null where it is nobody's, or expired or revoked. */
  callerOf(token: string): Caller | null;
}

/** Requires a key that has the scope; any valid key where the scope is null. */
export function authorize(gate: Gate, scope: Scope | null): RequestHandler {
  return (req, _res, next) => {
    if (!gate.needsKey()) return next();
    const caller = authenticate(req, gate);
    if (caller instanceof AppError) return next(caller);
    req.caller = caller.id;
    if (scope === null || allows(caller.scopes, scope)) return next();
    next(
      new AppError(
        'forbidden',
        `This needs a key with the scope ${scope}; the key ${caller.id} has not got it.`,
      ),
    );
  };
}

function authenticate(req: Request, gate: Gate): Caller | AppError {
  const header = req.headers.authorization;
  if (header === undefined) return unauthenticated('required', 'is missing: send Bearer and an API key');
  const token = /^Bearer +(\S+)$/i.exec(header)?.[1];
  if (token === undefined) return unauthenticated('invalid_header', 'must be Bearer and an API key');
  return (
    gate.callerOf(token) ?? unauthenticated('invalid_key', 'has a key that is unknown, expired or revoked')
  );
}

function unauthenticated(code: string, problem: string): AppError {
  const message = `The header Authorization ${problem}.`;
  return new AppError('unauthenticated', message, { details: [{ header: 'Authorization', code, message }] });
}
