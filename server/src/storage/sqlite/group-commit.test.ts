import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { AppError } from '../../domain/errors.js';
import { Connection } from './connection.js';
import { GroupCommit } from './group-commit.js';

/* One writer, many transactions: real SQLite files, with the disk's faults made by limits or thrown where said. */

/** A real connection that notes what it runs, and can be told to fail once, as a disk would. */
class NotingConnection extends Connection {
  readonly ran: string[] = [];
  failure: { sql: string; rawCode: number } | null = null;
  reopened = 0;

  override execPrepared(sql: string): void {
    this.#note(sql);
    super.execPrepared(sql);
  }

  override exec(sql: string): void {
    this.#note(sql);
    super.exec(sql);
  }

  #note(sql: string): void {
    this.ran.push(sql);
    if (this.failure?.sql === sql) {
      const { rawCode } = this.failure;
      this.failure = null;
      throw Object.assign(new Error('fault of the disk'), { rawCode });
    }
  }

  override reopen(): void {
    this.reopened += 1;
    super.reopen();
  }
}

/** What is to be written before each commit: a row for whatever was taken. */
class NotingMemory {
  taken: number | null = null;

  store(): void {
    if (this.taken !== null) connection.prepare('INSERT INTO t VALUES (?, ?)').run([this.taken, 'taken']);
    this.taken = null;
  }

  forget(): void {
    this.taken = null;
  }
}

const FULL = 13;
const IO_ERROR_FSYNC = 10 | (4 << 8);

let folder: string;
let file: string;
let connection: NotingConnection;
let commits: GroupCommit;
let memory: NotingMemory;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'roundsman-commit-'));
  file = join(folder, 'test.db');
  connection = new NotingConnection(file, ['journal_mode = WAL', 'synchronous = off']);
  connection.exec('CREATE TABLE t (a INTEGER PRIMARY KEY, b TEXT) STRICT');
  connection.ran.length = 0;
  memory = new NotingMemory();
  commits = new GroupCommit(connection, memory, {
    busyMs: 300,
    monotonicNow: () => performance.now(),
    random: Math.random,
  });
});
afterEach(async () => {
  await commits.close();
  connection.close();
  rmSync(folder, { recursive: true });
});

let begun = 0;

/** An insert that keeps the processor busy for some milliseconds. */
function slow(a: number, ms: number): Promise<number> {
  return commits.run(async () => {
    begun += 1;
    const until = performance.now() + ms;
    while (performance.now() < until);
    connection.prepare('INSERT INTO t VALUES (?, ?)').run([a, 'x']);
    return a;
  });
}

function insert(a: number, text = 'x'): Promise<number> {
  return commits.run(async (scope) => {
    scope.requireOpenToWrite();
    connection.prepare('INSERT INTO t VALUES (?, ?)').run([a, text]);
    return a;
  });
}

const stored = () => connection.prepare('SELECT a FROM t ORDER BY a').all([]).flat();
const codeOf = (error: unknown) => (error instanceof AppError ? error.code : error);
const count = (sql: string) => connection.ran.filter((one) => one === sql).length;

/** How each ended: its value, or the code of its refusal. */
async function outcomes(writes: Promise<unknown>[]): Promise<unknown[]> {
  const settled = await Promise.allSettled(writes);
  return settled.map((result) => (result.status === 'fulfilled' ? result.value : codeOf(result.reason)));
}

describe('a group', () => {
  test('shares one commit, without savepoints', async () => {
    await Promise.all([1, 2, 3, 4, 5].map((a) => insert(a)));
    expect(stored()).toEqual([1, 2, 3, 4, 5]);
    expect([count('BEGIN IMMEDIATE'), count('SAVEPOINT member'), count('COMMIT')]).toEqual([1, 0, 1]);
  });

  test('has at most 64 members', async () => {
    await Promise.all(Array.from({ length: 130 }, (_, a) => insert(a)));
    expect(count('COMMIT')).toBe(3);
  });

  test('ends where its members have taken long, and the rest keep their order', async () => {
    expect(await outcomes(Array.from({ length: 8 }, (_, a) => slow(a, 30)))).toEqual([
      0, 1, 2, 3, 4, 5, 6, 7,
    ]);
    expect(stored()).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
    expect(count('COMMIT')).toBeGreaterThan(2);
  });

  test('does not begin with members that have waited in line for longer than STORE_BUSY_MS', async () => {
    const told = await outcomes(Array.from({ length: 8 }, (_, a) => slow(a, 150)));
    expect(told.slice(0, 2)).toEqual([0, 1]);
    expect(told.slice(-3)).toEqual(Array(3).fill('store_unavailable'));
    expect(stored()).toEqual(told.filter((outcome) => typeof outcome === 'number'));
  });

  test('lets the event loop have a turn after members that have taken long', async () => {
    const begunAtTurns: number[] = [];
    begun = 0;
    const turn = () => {
      begunAtTurns.push(begun);
      if (count('COMMIT') === 0) setImmediate(turn);
    };
    setImmediate(turn);
    expect(await outcomes([slow(0, 5), slow(1, 5)])).toEqual([0, 1]);
    expect(count('COMMIT')).toBe(1);
    expect(begunAtTurns).toContain(1);
  });

  test('whose COMMIT fails for certain runs the members that it left for later once, in a group of their own', async () => {
    connection.failure = { sql: 'COMMIT', rawCode: FULL };
    expect(await outcomes([slow(0, 60), slow(1, 60), slow(2, 60)])).toEqual(['store_unavailable', 1, 2]);
    expect(stored()).toEqual([1, 2]);
  });

  test('answers nobody, refusals included, before its COMMIT', async () => {
    const noted = (write: Promise<unknown>) =>
      write.catch(() => {}).then(() => connection.ran.push('answered'));
    const refused = commits.run(async () => {
      throw new AppError('booking_clash', 'no');
    });
    await Promise.all([noted(insert(1)), noted(refused), noted(insert(2))]);
    const ran = connection.ran;
    expect(ran.indexOf('answered')).toBeGreaterThan(ran.indexOf('COMMIT'));
    expect(count('answered')).toBe(3);
  });

  test('a member that throws is undone alone', async () => {
    const failing = () =>
      commits.run(async (scope) => {
        scope.requireOpenToWrite();
        connection.prepare('INSERT INTO t VALUES (?, ?)').run([50, 'x']);
        throw new AppError('booking_clash', 'no');
      });
    expect(await outcomes([insert(1), failing(), insert(2)])).toEqual([1, 'booking_clash', 2]);
    expect(stored()).toEqual([1, 2]);
    // the two that had run were run again, with savepoints, and the third came after them
    expect([count('BEGIN IMMEDIATE'), count('SAVEPOINT member'), count('COMMIT')]).toEqual([3, 2, 2]);
  });

  test('a member that throws before it has written costs the others nothing', async () => {
    const refused = commits.run(async (scope) => {
      scope.requireOpen();
      throw new AppError('booking_clash', 'no');
    });
    expect(await outcomes([insert(1), refused, insert(2)])).toEqual([1, 'booking_clash', 2]);
    expect([count('BEGIN IMMEDIATE'), count('COMMIT')]).toEqual([1, 1]);
  });

  test('a dry run is undone alone', async () => {
    const dryRun = commits.run(
      async (scope) => {
        scope.requireOpenToWrite();
        connection.prepare('INSERT INTO t VALUES (?, ?)').run([50, 'x']);
        return 50;
      },
      { isUndone: true },
    );
    expect(await outcomes([insert(1), dryRun, insert(2)])).toEqual([1, 50, 2]);
    expect(stored()).toEqual([1, 2]);
    expect([count('SAVEPOINT member'), count('COMMIT')]).toEqual([1, 1]);
  });
});

describe('what members share', () => {
  /** Takes something that is written before the commit; `end` may throw. */
  const take = (a: number, { isUndone = false, end = () => {} } = {}) =>
    commits.run(
      async (scope) => {
        scope.requireOpenToWrite();
        memory.taken = a;
        end();
        return a;
      },
      { isUndone },
    );
  const fail = () => {
    throw new AppError('booking_clash', 'no');
  };

  test('is stored with the commit', async () => {
    expect(await take(7)).toBe(7);
    expect(stored()).toEqual([7]);
  });

  test('is stored before a dry run, and forgotten with it', async () => {
    expect(await outcomes([take(1), take(2, { isUndone: true }), insert(3)])).toEqual([1, 2, 3]);
    expect(stored()).toEqual([1, 3]);
  });

  test('is forgotten with a member that throws', async () => {
    expect(await outcomes([take(1), take(2, { end: fail }), insert(3)])).toEqual([1, 'booking_clash', 3]);
    expect(stored()).toEqual([1, 3]);
  });

  test('that cannot be stored refuses its member alone', async () => {
    await insert(1);
    expect(await outcomes([insert(2), take(1), insert(3)])).toEqual([2, 'store_unavailable', 3]);
    expect(stored()).toEqual([1, 2, 3]);
  });
});

describe('a work', () => {
  test('that waits for a timer is refused, its transaction is closed to it, and the others go on', async () => {
    let afterwards: unknown;
    const waiting = commits.run(async (scope) => {
      scope.requireOpenToWrite();
      connection.prepare('INSERT INTO t VALUES (?, ?)').run([50, 'x']);
      await sleep(30);
      try {
        scope.requireOpen();
      } catch (error) {
        afterwards = error;
      }
    });
    const results = await outcomes([insert(1), waiting, insert(2)]);
    expect(results[1]).toMatchObject({ message: expect.stringMatching(/waited for something other/) });
    expect([results[0], results[2]]).toEqual([1, 2]);
    await sleep(60);
    expect(afterwards).toMatchObject({ message: expect.stringMatching(/has ended/) });
    expect(stored()).toEqual([1, 2]);
  });

  test('that opens another transaction and waits for it is refused', async () => {
    const nested = commits.run(async () => insert(7));
    expect(await outcomes([nested])).toEqual([
      expect.objectContaining({ message: expect.stringMatching(/waited for something other/) }),
    ]);
  });
});

describe('a lock of another process', () => {
  test('is waited for while the event loop runs on', async () => {
    const other = new Connection(file);
    other.exec('BEGIN IMMEDIATE');
    const write = insert(1);
    let turns = 0;
    const counting = setInterval(() => (turns += 1), 1);
    await sleep(60);
    other.exec('COMMIT');
    other.close();
    expect(await write).toBe(1);
    clearInterval(counting);
    expect(turns).toBeGreaterThan(3); // a lock waited for by libsql would leave none
  });

  test('held too long is refused as store_unavailable, and the next write succeeds', async () => {
    const other = new Connection(file);
    other.exec('BEGIN IMMEDIATE');
    expect(await outcomes([insert(1), insert(2)])).toEqual(['store_unavailable', 'store_unavailable']);
    other.close();
    expect(await insert(3)).toBe(3);
    expect(stored()).toEqual([3]);
  });
});

describe('a full disk', () => {
  const BIG = 'x'.repeat(20_000);

  test('in the middle of a group: whoever is answered is stored, whoever is refused is not', async () => {
    await insert(0);
    connection.pragma(`max_page_count = ${(connection.pragma('page_count') as number) + 12}`);
    const writes = Array.from({ length: 10 }, (_, i) => insert(i + 1, i % 2 === 0 ? BIG : 'small'));
    const results = await outcomes(writes);
    const done = results.filter((result) => typeof result === 'number');
    expect(stored()).toEqual([0, ...done]);
    expect(results.filter((result) => result === 'store_unavailable').length).toBe(10 - done.length);
    expect(done.length).toBeGreaterThan(0);
    expect(done.length).toBeLessThan(10);
    connection.pragma('max_page_count = 1000000');
    expect(await insert(99)).toBe(99);
  });

  test('found by COMMIT: each member is run again alone', async () => {
    connection.failure = { sql: 'COMMIT', rawCode: FULL };
    expect(await outcomes([insert(1), insert(2)])).toEqual([1, 2]);
    expect(stored()).toEqual([1, 2]);
    expect(count('BEGIN IMMEDIATE')).toBe(3);
  });

  test('found by COMMIT of a single one: it is refused and not stored', async () => {
    connection.failure = { sql: 'COMMIT', rawCode: FULL };
    expect(await outcomes([insert(1)])).toEqual(['store_unavailable']);
    expect(stored()).toEqual([]);
  });
});

describe('a COMMIT that fails with an I/O error', () => {
  test('is outcome_unknown to whoever wrote; a refusal of its group is not given out; the connection is opened anew', async () => {
    connection.failure = { sql: 'COMMIT', rawCode: IO_ERROR_FSYNC };
    const refused = commits.run(async () => {
      throw new AppError('booking_clash', 'names an order that may not exist');
    });
    expect(await outcomes([insert(1), refused])).toEqual(['outcome_unknown', 'store_unavailable']);
    expect(await insert(2)).toBe(2);
    expect(connection.reopened).toBe(1);
  });
});

describe('the transaction lost under a group', () => {
  test('a member that goes on after SQLite ended the transaction commits nothing by itself', async () => {
    const losing = commits.run(async (scope) => {
      connection.exec('ROLLBACK'); // as SQLite does by itself on a full disk
      scope.requireOpen();
      connection.prepare('INSERT INTO t VALUES (?, ?)').run([50, 'x']);
    });
    expect(await outcomes([insert(1), losing, insert(2)])).toEqual([1, 'store_unavailable', 2]);
    expect(stored()).toEqual([1, 2]);
  });
});

describe('the queue', () => {
  test('has a bound, beyond which writes are refused as overloaded', async () => {
    const writes = Array.from({ length: 10_001 }, (_, a) => insert(a));
    const results = await outcomes(writes);
    expect(results.at(-1)).toBe('overloaded');
    expect(results.filter((result) => result === 'overloaded')).toHaveLength(1);
  });

  test('closing waits for what is under way and refuses what comes after', async () => {
    const write = insert(1);
    await commits.close();
    expect(await write).toBe(1);
    expect(await outcomes([insert(2)])).toEqual(['store_unavailable']);
  });
});
