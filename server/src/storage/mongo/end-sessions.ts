import type { ClientSession, Connection, mongo } from 'mongoose';

/** Ends sessions on the server, and with them the transactions that they left open. */
export async function endSessions(connection: Connection, ids: readonly mongo.Binary[]): Promise<void> {
  const killSessions = ids.map((id) => ({ id }));
  await connection.getClient().db('admin').command({ killSessions });
}

/** What the server calls a session. */
export function idOf(session: ClientSession): mongo.Binary {
  return session.id?.id as mongo.Binary;
}
