import { expect, test } from '@jest/globals';
import { checkTrace } from './trace.js';

const SOCKET = '31<TCP:[127.0.0.1:7191->127.0.0.1:42134]>';
const REQUEST = `10 read(${SOCKET}, "POST /orders HTTP/1.1\\r\\nHost: a"..., 65536) = 180`;
const ANSWER = `10 writev(${SOCKET}, [{iov_base="HTTP/1.1 201 Created\\r\\n"..., iov_len=400}], 1) = 400`;
const SYNC = '10 fdatasync(25</tmp/orders.db-wal>) = 0';

test('a sync between a request and its answer is what is wanted', () => {
  const trace = [SYNC, REQUEST, SYNC, ANSWER, REQUEST, SYNC, SYNC, ANSWER].join('\n');
  expect(checkTrace(trace)).toEqual({ acknowledged: 2, syncs: 3, faults: [] });
});

test('a sync that another thread interrupted counts where it ends', () => {
  const began = '11 fsync(25</tmp/orders.db-wal> <unfinished ...>';
  const ended = '11 <... fsync resumed>) = 0';
  expect(checkTrace([REQUEST, began, ended, ANSWER].join('\n')).faults).toEqual([]);
  expect(checkTrace([REQUEST, began, ANSWER, ended].join('\n')).faults).toHaveLength(1);
});

test.each([
  ['no sync', [REQUEST, ANSWER]],
  ['a sync after the answer', [REQUEST, ANSWER, SYNC]],
  ['a sync before the request', [SYNC, REQUEST, ANSWER]],
  ['a sync that failed', [REQUEST, SYNC.replace('= 0', '= -1 EIO (Input/output error)'), ANSWER]],
  ['a sync of another file', [REQUEST, SYNC.replace('-wal', ''), ANSWER]],
])('%s is found', (_name, lines) => {
  expect(checkTrace(lines.join('\n')).faults).toEqual([
    'Answer 1 was written before the write-ahead log was on disk.',
  ]);
});
