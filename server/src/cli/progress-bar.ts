const WIDTH = 30;

/** Shows how much is done: on a terminal a bar on one line, drawn anew at every call; elsewhere nothing. */
export function progressBar(total: number, out: NodeJS.WriteStream = process.stderr): (done: number) => void {
  if (!out.isTTY) return () => {};
  return (done) => {
    const filled = Math.floor((done / total) * WIDTH);
    const bar = '#'.repeat(filled) + '.'.repeat(WIDTH - filled);
    out.write(`\r[${bar}] ${done} of ${total}${done === total ? '\n' : ''}`);
  };
}
