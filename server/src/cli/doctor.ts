import { type Config, ConfigError } from '../config/config.js';
import { AppError } from '../domain/errors.js';
import { readConfig } from '../environment.js';
import { KeyService } from '../features/keys/key.service.js';
import type { Finding } from '../storage/storage.js';
import { exposureFinding, keyFindings, nodeFinding } from './doctor-findings.js';
import { servicePartsOn, withStorage } from './with-storage.js';

/** Looks at all that the server needs and says of each whether it is well, or what to do; changes nothing. */
export async function doctor({ json = false }: { json?: boolean }): Promise<void> {
  let isWell = true;
  for await (const finding of findings()) {
    isWell &&= finding.isWell;
    const line = `${finding.isWell ? 'ok   ' : 'to do'}  ${finding.check}: ${finding.sentence}`;
    console.log(json ? JSON.stringify(finding) : line);
  }
  if (!isWell) process.exitCode = 1;
}

async function* findings(): AsyncGenerator<Finding> {
  yield nodeFinding(process.versions.node);
  const settings = checkedSettings();
  if (!('port' in settings)) return yield* settings; // where the store is stands in them
  yield { check: 'settings', isWell: true, sentence: 'Every setting can be used.' };
  yield* await storeFindings(settings);
}

function checkedSettings(): Config | Finding[] {
  try {
    return readConfig();
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return error.message.split('\n').map((sentence) => ({ check: 'settings', isWell: false, sentence }));
  }
}

/** What the store says, and its keys; who can reach the server is told without them too. */
async function storeFindings(config: Config): Promise<Finding[]> {
  const now = Date.now;
  try {
    return await withStorage(
      async (storage) => {
        const keys = await new KeyService(servicePartsOn(storage)).list();
        return [
          ...(await storage.describe()),
          ...keyFindings(keys, now()),
          exposureFinding(config, keys, now()),
        ];
      },
      { isLookOnly: true },
    );
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    return [{ check: 'store', isWell: false, sentence: error.message }, exposureFinding(config, null, now())];
  }
}
