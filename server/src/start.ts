import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import vm from 'node:vm';

/*
 * Starts main.ts from the one script that the build makes of it, with V8's compiled form of that script,
 * which the build keeps beside it: compiling would be a quarter of a start. Another release of Node does
 * not take that form and compiles as usual. (Node 22 could keep it itself, with module.enableCompileCache.)
 */

const SCRIPT = fileURLToPath(new URL('./main.cjs', import.meta.url));
/** Where the compiled form is kept. */
export const COMPILED = `${SCRIPT}.compiled`;

type Run = (exports: object, require: NodeJS.Require, module: object, file: string, folder: string) => void;

/** The script that runs the server; what it has compiled can be had of it. */
export const script = new vm.Script(
  `(function (exports, require, module, __filename, __dirname) {${readFileSync(SCRIPT, 'utf8')}\n})`,
  {
    filename: SCRIPT,
    cachedData: compiledForm(),
    importModuleDynamically: vm.constants.USE_MAIN_CONTEXT_DEFAULT_LOADER,
  },
);

const module = { exports: {} };
(script.runInThisContext() as Run)(
  module.exports,
  createRequire(import.meta.url),
  module,
  SCRIPT,
  dirname(SCRIPT),
);

function compiledForm(): Buffer | undefined {
  try {
    return readFileSync(COMPILED);
  } catch {
    return undefined;
  }
}
