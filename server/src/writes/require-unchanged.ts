import { AppError, type ErrorDetail } from '../domain/errors.js';

type Members = Readonly<Record<string, unknown>>;

/**
 * Requires that members which only the server sets are sent back as they are, so that what was read
 * can be edited and written. Absent ones (undefined) are not looked at.
 * Error: AppError `validation_failed`, an entry for each that differs.
 */
export function requireUnchanged(present: () => Members, sentBack: Members): void {
  const sent = Object.keys(sentBack).filter((member) => sentBack[member] !== undefined);
  if (sent.length === 0) return;
  const onWire = present();
  const details: ErrorDetail[] = sent
    .filter((member) => sentBack[member] !== onWire[member])
    .map((member) => ({
      pointer: `/${member}`,
      code: 'read_only',
      message: `${member} is set by the server: leave it out, or send it as it is (${JSON.stringify(onWire[member])}).`,
    }));
  if (details.length === 0) return;
  throw new AppError('validation_failed', details.map(({ message }) => message).join(' '), { details });
}
