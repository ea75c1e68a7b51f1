import { Command, CommanderError, InvalidArgumentError, Option } from 'commander';
import { ConfigError } from '../config/config.js';
import { AppError } from '../domain/errors.js';
import { SCOPES } from '../domain/scopes.js';
import { VERSION } from '../version.js';
import { backup } from './backup.js';
import { createCalendar, listCalendars, setCalendar } from './calendar.js';
import { copy } from './copy.js';
import { doctor } from './doctor.js';
import { createKey, durationOf, listKeys, revokeKey, scopesOf } from './keys.js';
import { migrate } from './migrate.js';
import { openapi } from './openapi.js';
import { seed } from './seed.js';
import { serve } from './serve.js';
import { verify } from './verify.js';

/** Exit codes: 0 done, 1 it failed, 2 used wrongly. */
const FAILED = 1;
const USED_WRONGLY = 2;

function program(): Command {
  const roundsman = new Command('roundsman')
    .description('Orders that never come within the booking window of each other')
    .version(VERSION)
    .exitOverride();
  const command = (name: string, description: string, parent = roundsman) =>
    parent.command(name).description(description).exitOverride();
  const json = () => new Option('--json', 'print JSON for a program to read');

  command('serve', 'start the server').action(serve);
  command('migrate', 'bring the database to this release').action(migrate);
  command('seed', 'load the sample: three services and its orders, as far as the rule allows')
    .addOption(json())
    .action(seed);
  command('verify', 'read the whole store; list every near pair and every damaged row')
    .addOption(json())
    .action(verify);
  command('doctor', 'look at all that the server needs; say of each whether it is well, or what to do')
    .addOption(json())
    .action(doctor);
  command('backup <file>', 'copy the database to a new file, while the server serves').action(backup);
  command(
    'copy <from> <to>',
    'take a store to an empty one, of either kind; both are written as DATABASE_URL is, and nothing may write meanwhile',
  ).action(copy);
  command('openapi', 'print the contract').action(openapi);

  const calendar = command('calendar', 'calendars and their booking windows');
  const rule = (name: string, description: string) =>
    command(name, description, calendar)
      .addOption(
        new Option('--window-minutes <n>', 'the least distance between two orders').argParser(wholeNumber),
      )
      .addOption(
        new Option('--boundary <kind>', 'whether exactly that distance clashes').choices([
          'inclusive',
          'exclusive',
        ]),
      )
      .addOption(json());
  command('list', 'list the calendars', calendar).addOption(json()).action(listCalendars);
  rule('create <id>', 'make a calendar').action(createCalendar);
  rule('set <id>', "change a calendar's rule").action(setCalendar);

  const keys = command('keys', 'API keys: from the first on, every call needs one');
  command('create', 'make a key, and print it this once', keys)
    .requiredOption('--name <name>', 'what it is for', keyName)
    .addOption(
      new Option('--scopes <list>', `with commas between them: ${SCOPES.join(', ')}`)
        .argParser(scopesOf)
        .makeOptionMandatory(),
    )
    .addOption(
      new Option('--expires <time>', 'after how long, as in 90d; never if not given').argParser(durationOf),
    )
    .addOption(json())
    .action(createKey);
  command('list', 'list the keys, without their secrets', keys).addOption(json()).action(listKeys);
  command('revoke <id>', 'revoke a key for good', keys).action(revokeKey);
  return roundsman;
}

function keyName(text: string): string {
  if (text.trim() === '' || text.length > 200)
    throw new InvalidArgumentError('It must have 1 to 200 characters.');
  return text.trim();
}

function wholeNumber(text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new InvalidArgumentError('It must be a whole number.');
  return Number(text);
}

// Whoever reads the output may have seen enough (`| head`).
process.stdout.on('error', (error: NodeJS.ErrnoException) =>
  process.exit(error.code === 'EPIPE' ? 0 : FAILED),
);

try {
  await program().parseAsync();
} catch (error) {
  if (error instanceof CommanderError) {
    process.exitCode = error.exitCode === 0 ? 0 : USED_WRONGLY; // commander has said what is wrong
  } else if (error instanceof AppError || error instanceof ConfigError) {
    console.error(error.message);
    process.exitCode = FAILED;
  } else {
    throw error;
  }
}
