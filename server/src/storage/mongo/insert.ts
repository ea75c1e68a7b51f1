import { type ClientSession, type Model, mongo } from 'mongoose';

/**
 * Inserts documents. A failure of the network or of the transaction arrives as it is: the driver hides
 * it in an error of its own for bulk writes, without the labels by which it is told and repeated.
 */
export async function insertDocuments<T>(
  model: Model<T>,
  documents: readonly unknown[],
  session: ClientSession,
): Promise<void> {
  try {
    await model.insertMany(documents as T[], { session });
  } catch (error) {
    throw hiddenFailure(error) ?? error;
  }
}

function hiddenFailure(error: unknown): Error | null {
  if (!(error instanceof mongo.MongoBulkWriteError)) return null;
  const hidden: unknown = error.errorResponse;
  return hidden instanceof Error ? hidden : null;
}
