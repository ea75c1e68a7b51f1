import type { RequestHandler } from 'express';
import { AppError } from '../../domain/errors.js';

const MESSAGE = 'The header Host is missing.';

/** Refuses HTTP/1.1 requests without Host, as RFC 9112, section 3.2, demands; Node's own refusal has no body. */
export const requireHost: RequestHandler = (req, _res, next) => {
  if (req.headers.host !== undefined || req.httpVersion !== '1.1') return next();
  const details = [{ header: 'Host', code: 'required', message: MESSAGE }];
  next(new AppError('validation_failed', MESSAGE, { details }));
};
