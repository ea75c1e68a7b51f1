import { randomInt } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { parseArgs } from 'node:util';
import type { Campaign, CampaignResult } from './campaign.js';
import { CAMPAIGNS } from './campaigns.js';

/*
 * `npm run prove`: runs the campaigns one after another, prints a line for each, writes a JSON report,
 * and ends with 1 where any of them found a violation.
 */

const MINUTE_MS = 60_000;

interface Settings {
  only: readonly Campaign[];
  seed: number;
  minutes: number;
  report: string;
}

interface Line {
  campaign: string;
  seconds: number;
  result: CampaignResult;
}

/** Error: a sentence that says which option is wrong and what it may be. */
function readSettings(args: string[]): Settings {
  const { values } = parseArgs({
    args,
    options: {
      only: { type: 'string', multiple: true },
      seed: { type: 'string' },
      minutes: { type: 'string', default: '10' },
      report: { type: 'string', default: '.cache/prove/report.json' },
    },
  });
  const wanted = values.only?.flatMap((names) => names.split(','));
  const unknown = wanted?.find((name) => !CAMPAIGNS.some((campaign) => campaign.name === name));
  if (unknown !== undefined) {
    const names = CAMPAIGNS.map(({ name }) => name).join(', ');
    throw new Error(`There is no campaign "${unknown}": --only takes ${names}.`);
  }
  return {
    only: CAMPAIGNS.filter(({ name }) => wanted === undefined || wanted.includes(name)),
    seed: readNumber('--seed', values.seed ?? String(randomInt(2 ** 31)), Number.isInteger),
    minutes: readNumber('--minutes', values.minutes, (minutes) => minutes > 0),
    report: values.report,
  };
}

function readNumber(option: string, text: string, isRight: (value: number) => boolean): number {
  const value = Number(text);
  if (text.trim() === '' || !Number.isFinite(value) || !isRight(value)) {
    throw new Error(
      `${option} is "${text}", and must be a ${option === '--seed' ? 'whole' : 'positive'} number.`,
    );
  }
  return value;
}

async function runOne(campaign: Campaign, options: { seed: number; budgetMs: number }): Promise<Line> {
  const startedAt = performance.now();
  const isTerminal = process.stderr.isTTY;
  const progress = (text: string) => {
    const seconds = Math.round((performance.now() - startedAt) / 1_000);
    if (isTerminal) process.stderr.write(`\r\x1b[K${campaign.name} ${seconds} s: ${text}`);
    else console.error(`${campaign.name} ${seconds} s: ${text}`);
  };
  let result: CampaignResult;
  try {
    result = await campaign.run({ ...options, progress });
  } catch (error) {
    const reason = error instanceof Error ? (error.stack ?? error.message) : String(error);
    result = { violations: [`The campaign itself failed: ${reason}`], figures: {} };
  }
  if (isTerminal) process.stderr.write('\r\x1b[K');
  return { campaign: campaign.name, seconds: Math.round((performance.now() - startedAt) / 1_000), result };
}

function tell({ campaign, seconds, result }: Line): void {
  const figures = Object.entries(result.figures).map(
    ([what, count]) => `${count.toLocaleString('en')} ${what}`,
  );
  const verdict = result.violations.length === 0 ? 'held' : `FAILED, ${result.violations.length} violations`;
  console.log(`${campaign}: ${verdict} (${[...figures, `${seconds} s`].join(', ')})`);
  if (result.leftOut !== undefined) console.log(`  left out: ${result.leftOut}`);
  for (const violation of result.violations.slice(0, 10)) console.log(`  ${violation}`);
}

async function main(): Promise<void> {
  const { only, seed, minutes, report } = readSettings(process.argv.slice(2));
  console.log(`seed ${seed}, at most ${minutes} minutes, ${only.length} campaigns`);
  const shares = only.reduce((sum, { share }) => sum + share, 0);
  const lines: Line[] = [];
  for (const campaign of only) {
    const line = await runOne(campaign, { seed, budgetMs: (minutes * MINUTE_MS * campaign.share) / shares });
    tell(line);
    lines.push(line);
  }
  const violations = lines.reduce((sum, { result }) => sum + result.violations.length, 0);
  mkdirSync(dirname(report), { recursive: true });
  writeFileSync(report, `${JSON.stringify({ seed, minutes, violations, campaigns: lines }, null, 2)}\n`);
  console.log(`${violations === 0 ? 'All held' : `${violations} violations`}; report in ${report}`);
  process.exit(violations === 0 ? 0 : 1); // a campaign's servers and sockets may still be closing
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exit(1);
});
