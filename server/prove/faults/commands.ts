/** A command of MongoDB's protocol, as a client's bytes show it. */
export interface Command {
  name: string;
  collection: string;
}

const OP_MSG = 2013;
/** A message's head, its flags and the kind of its first section (MongoDB wire protocol, OP_MSG). */
const HEAD_BYTES = 21;
/** The length of the document and the type of its first member. */
const DOCUMENT_HEAD_BYTES = 5;

/** What a driver keeps sending by itself, and what a process says of itself. */
const UNASKED = new Set([
  'hello',
  'ismaster',
  'isMaster',
  'ping',
  'endSessions',
  'saslStart',
  'saslContinue',
]);

/** The command that a piece of data begins; null where it begins none, or one that no request asks for. */
export function commandOf(data: Buffer): Command | null {
  if (data.length < HEAD_BYTES + DOCUMENT_HEAD_BYTES || data.readInt32LE(12) !== OP_MSG) return null;
  const start = HEAD_BYTES + DOCUMENT_HEAD_BYTES;
  const end = data.indexOf(0, start);
  const name = data.toString('utf8', start, end);
  const isText = data[start - 1] === 2;
  const collection = isText ? data.toString('utf8', end + 5, data.indexOf(0, end + 5)) : '';
  return UNASKED.has(name) || collection === 'processes' ? null : { name, collection };
}
