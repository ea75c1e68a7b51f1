import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { ROOT } from '../../tests/support/server-process.js';

/*
 * Schemathesis sends requests that follow from openapi.json, right and wrong ones, and compares the answers
 * with it. It lives in a Python environment of its own in .cache/ and is never part of the product.
 */

const PACKAGE = 'schemathesis==4.32.5';
const ENVIRONMENT = `${ROOT}.cache/schemathesis`;
const PROGRAM = `${ENVIRONMENT}/bin/schemathesis`;

/** Why it cannot be installed here, as a sentence; null where it is there. */
export function installSchemathesis(): string | null {
  if (existsSync(PROGRAM)) return null;
  if (spawnSync('python3', ['--version']).status !== 0)
    return 'Schemathesis needs python3, which was not found: install it to run this.';
  console.error(`Installing ${PACKAGE} in .cache/schemathesis, once.`);
  const stdio = ['ignore', 'ignore', 'inherit'] as const;
  try {
    execFileSync('python3', ['-m', 'venv', '--clear', ENVIRONMENT], { stdio: [...stdio] });
    const pip = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', PACKAGE];
    execFileSync(`${ENVIRONMENT}/bin/python`, pip, { stdio: [...stdio] });
    return null;
  } catch {
    return `${PACKAGE} could not be installed (on Debian it needs python3-venv, and the network).`;
  }
}

/**
 * What is promised of every answer, with a key and without. Left out: `positive_data_acceptance`, since what a
 * schema allows may be refused for what the store holds (a cursor or service of nobody, a clash), and
 * `use_after_free`, which takes a deletion with `dryRun=true` for one that happened.
 */
const ALWAYS = [
  'not_a_server_error',
  'status_code_conformance',
  'content_type_conformance',
  'response_headers_conformance',
  'response_schema_conformance',
  'unsupported_method',
  'allow_header_conformance',
  'ensure_resource_availability',
];

/** Where a key is needed; without one the contract's `Authorization` may be missing or wrong, which is no fault then. */
const WITH_KEY = [...ALWAYS, 'negative_data_rejection', 'missing_required_header', 'ignored_auth'];

/** One run against a server. */
export interface Run {
  url: string;
  /** An API key of the scope admin; null where the server is open. */
  key: string | null;
  seed: number;
  budgetMs: number;
  /** Where its reports go. */
  folder: string;
}

interface Report {
  test_cases: { generated: number };
  operations: { tested: number };
  failures: { title: string; count: number; operations: string[] }[];
  errors: unknown[];
}

/** What a run came to; `faults` are sentences. */
export interface Ran {
  cases: number;
  operations: number;
  faults: string[];
}

export async function runSchemathesis({ url, key, seed, budgetMs, folder }: Run): Promise<Ran> {
  const report = `${folder}/schemathesis-report.json`;
  const args = [
    'run',
    `${url}/openapi.json`,
    ...[
      '--phases',
      'examples,coverage,fuzzing,stateful',
      '--checks',
      (key === null ? ALWAYS : WITH_KEY).join(','),
    ],
    ...[
      '--seed',
      String(seed),
      '--max-time',
      String(Math.ceil(budgetMs / 1_000)),
      '--report-json-path',
      report,
    ],
    ...['--continue-on-failure', '--no-shrink', '--no-color', '--request-timeout', '20'],
    ...(key === null ? [] : ['--header', `Authorization: Bearer ${key}`]),
  ];
  const child = spawn(PROGRAM, args, { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (text) => {
      said += text;
    });
  }
  await once(child, 'close');
  if (!existsSync(report))
    return { cases: 0, operations: 0, faults: [`Schemathesis failed: ${said.slice(-1_000)}`] };
  const { test_cases, operations, failures, errors } = JSON.parse(readFileSync(report, 'utf8')) as Report;
  const faults = failures.map(
    (failure) => `${failure.title}, ${failure.count} times, at ${failure.operations.join(', ')}.`,
  );
  if (faults.length > 0) faults.push(...casesOf(said));
  if (errors.length > 0) faults.push(`Schemathesis had errors: ${JSON.stringify(errors).slice(0, 500)}`);
  if (operations.tested === 0) faults.push('Schemathesis tried nothing.');
  return { cases: test_cases.generated, operations: operations.tested, faults };
}

/** The first requests that failed, as curl sends them, from what it printed. */
function casesOf(said: string): string[] {
  return [...said.matchAll(/^ {4}(curl .*)$/gm)]
    .slice(0, 5)
    .map(([, line = '']) => `Repeat with ${line.slice(0, 400)}`);
}
