import { isIPv4 } from 'node:net';
import type { Request, RequestHandler } from 'express';
import { AppError } from '../../domain/errors.js';
import type { Gate } from './authorize.js';

const HOW =
  'Without an API key only callers of this machine may call: make one with `npx roundsman keys create --name NAME --scopes admin`.';

/**
 * While no key was ever made, refuses what did not come straight from this machine: a web page in a
 * browser on it (its Origin, or a name that was made to lead here), and what a proxy passes on.
 */
export function localCallers(gate: Gate, trustedOrigins: readonly string[]): RequestHandler {
  return (req, _res, next) => {
    if (!gate.isForLocalCallers() || req.path.startsWith('/health/')) return next();
    const header = foreignHeader(req, trustedOrigins);
    if (header === null) return next();
    const details = [
      { header, code: 'not_local', message: `The header ${header} says that it came from elsewhere.` },
    ];
    next(new AppError('forbidden', HOW, { details }));
  };
}

/** The header by which a request shows that it came from elsewhere, or null. */
function foreignHeader({ headers }: Request, trustedOrigins: readonly string[]): string | null {
  if (!isLoopbackHost(headers.host ?? 'localhost')) return 'Host'; // HTTP/1.0 may come without
  const { origin } = headers;
  if (origin !== undefined && origin !== `http://${headers.host}` && !trustedOrigins.includes(origin))
    return 'Origin';
  return Object.keys(headers).find(isProxyHeader) ?? null;
}

const PROXY_HEADERS: readonly string[] = ['forwarded', 'via', 'x-real-ip'];

function isProxyHeader(name: string): boolean {
  return PROXY_HEADERS.includes(name) || name.startsWith('x-forwarded');
}

/** Whether a Host names this machine by an address or name that cannot lead elsewhere. */
function isLoopbackHost(host: string): boolean {
  const name = host.replace(/:\d*$/, '').toLowerCase();
  return name === 'localhost' || name === '[::1]' || (isIPv4(name) && name.startsWith('127.'));
}
