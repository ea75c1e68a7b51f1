/** Starts the server, as `node server/dist/main.js` does. */
export async function serve(): Promise<void> {
  await import('../main.js');
}
