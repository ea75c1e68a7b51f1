/* What `strace -f -yy` saw of a server that books one order after another. */

/** What a trace says, and what is wrong with it. */
export interface TraceReport {
  /** Answers of 201. */
  acknowledged: number;
  /** Completed syncs of the write-ahead log while a request was under way. */
  syncs: number;
  faults: string[];
}

type Event = 'request' | 'answer' | 'sync' | null;

/** Whether each 201 was written after a sync of the write-ahead log had ended that began after its request came. */
export function checkTrace(text: string): TraceReport {
  const report: TraceReport = { acknowledged: 0, syncs: 0, faults: [] };
  let syncsSinceRequest: number | null = null;
  for (const event of eventsOf(text)) {
    if (event === 'request') syncsSinceRequest = 0;
    if (event === 'sync' && syncsSinceRequest !== null) {
      report.syncs += 1;
      syncsSinceRequest += 1;
    }
    if (event !== 'answer') continue;
    report.acknowledged += 1;
    if (syncsSinceRequest === null)
      report.faults.push(`Answer ${report.acknowledged} has no request in the trace.`);
    if (syncsSinceRequest === 0)
      report.faults.push(`Answer ${report.acknowledged} was written before the write-ahead log was on disk.`);
    syncsSinceRequest = null;
  }
  return report;
}

/** What happened, in order: a call that another thread's interrupts counts where it ends, an answer where it begins. */
function eventsOf(text: string): Event[] {
  const unfinished = new Map<string, string>();
  return text.split('\n').map((line) => {
    const [, thread = '', call = ''] = /^(\d+) +(.*)$/.exec(line) ?? [];
    if (call.endsWith('<unfinished ...>')) {
      unfinished.set(thread, call);
      return isAnswer(call) ? 'answer' : null;
    }
    const resumed = /^<\.\.\. \w+ resumed>(.*)$/.exec(call);
    const begun = unfinished.get(thread) ?? '';
    if (resumed === null) return eventOf(call);
    const event = eventOf(`${begun.replace('<unfinished ...>', '')}${resumed[1]}`);
    return event === 'answer' ? null : event;
  });
}

function eventOf(call: string): Event {
  if (isAnswer(call)) return 'answer';
  if (/^(read|recvfrom|recvmsg)\(.*"POST \/orders /.test(call)) return 'request';
  return /^(fsync|fdatasync)\(\d+<[^>]*-wal> *\) += 0$/.test(call) ? 'sync' : null;
}

function isAnswer(call: string): boolean {
  return /^(write|writev|sendto|sendmsg)\(.*"HTTP\/1\.1 201 /.test(call);
}
