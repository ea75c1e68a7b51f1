import { type Config, isLoopback } from '../config/config.js';
import { type ApiKey, isUsable } from '../domain/api-key.js';
import { toWireInstant } from '../domain/instant.js';
import type { Finding } from '../storage/storage.js';

/** As package.json has it; what is older lacks what the server needs. */
const NODE_MIN = [20, 19] as const;
/** How long before its end a key is to be replaced, in milliseconds. */
const SOON_MS = 14 * 86_400_000;

const MAKE_KEY = 'make one with `npx roundsman keys create --name NAME --scopes admin`';

/** Whether this Node.js is new enough, by its version without the `v`. */
export function nodeFinding(version: string): Finding {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const isWell = major > NODE_MIN[0] || (major === NODE_MIN[0] && minor >= NODE_MIN[1]);
  return isWell
    ? { check: 'node', isWell, sentence: `Node.js ${version}.` }
    : {
        check: 'node',
        isWell,
        sentence: `Node.js ${version} is too old: install ${NODE_MIN.join('.')} or newer.`,
      };
}

/** How many keys there are, and every one that has expired or soon will; revoked ones are done with. */
export function keyFindings(keys: readonly ApiKey[], now: number): Finding[] {
  const kept = keys.filter(({ revokedAt }) => revokedAt === null);
  const usable = kept.filter((key) => isUsable(key, now));
  const ending = kept.flatMap(({ _id, name, expiresAt }): Finding[] => {
    if (expiresAt === null || expiresAt > now + SOON_MS) return [];
    const [verb, remedy] =
      expiresAt <= now
        ? ['expired', `revoke it with \`npx roundsman keys revoke ${_id}\`, and make another if it is used`]
        : ['expires', 'make another for its holder before then'];
    const sentence = `The key ${_id} "${name}" ${verb} ${toWireInstant(expiresAt)}: ${remedy}.`;
    return [{ check: 'keys', isWell: false, sentence }];
  });
  const count = `API keys that open something: ${usable.length}; made in all: ${keys.length}.`;
  return [{ check: 'keys', isWell: true, sentence: count }, ...ending];
}

type Exposure = Pick<Config, 'host' | 'port' | 'auth' | 'corsOrigins' | 'trustProxy'>;

/** Who can reach the server, and what lets them in. `keys` is null where the store did not tell them. */
export function exposureFinding(config: Exposure, keys: readonly ApiKey[] | null, now: number): Finding {
  const { auth, host, port } = config;
  const callers = callersOf(config);
  const who = `${LIST.format(callers)} can reach ${host} port ${port}`;
  const isWide = !isLoopback(host) || config.trustProxy !== null;
  const told = (isWell: boolean, sentence: string) => ({ check: 'exposure', isWell, sentence });
  if (auth === 'off') {
    return isWide
      ? told(
          false,
          `${who}, and may read and write everything (AUTH=off): set AUTH=required, and ${MAKE_KEY}.`,
        )
      : told(true, `${who}, without a key (AUTH=off).`);
  }
  if (keys === null) return told(true, `${who}; whether they need an API key stands in the store.`);
  if (auth === 'required' || keys.length > 0) {
    return keys.some((key) => isUsable(key, now))
      ? told(true, `${who}, with an API key.`)
      : told(false, `${who}, but no API key opens anything: ${MAKE_KEY}.`);
  }
  return isWide
    ? told(false, `${who}, but no API key was made, without which others are not let in: ${MAKE_KEY}.`)
    : told(true, `${who}, without a key, since none was made (AUTH=auto).`);
}

const LIST = new Intl.ListFormat('en');

/** Who gets as far as the server: by its address, by proxies before it, by web pages that browsers let call. */
function callersOf({ host, trustProxy, corsOrigins }: Exposure): string[] {
  const others = [
    ...(isLoopback(host) ? [] : ['other machines']),
    ...(trustProxy === null ? [] : ['whoever comes through the proxy (TRUST_PROXY)']),
    ...(corsOrigins.length === 0 ? [] : [`web pages of ${corsOrigins.join(' ')} (CORS_ORIGINS)`]),
  ];
  return others.length === 0 ? ['Only this machine'] : ['This machine', ...others];
}
