// Loads the compiled program from what V8 made of it when it was built: parsing and compiling it anew at each start took
// 45 ms of CPU. A cache that another V8 has made, or that was made for other flags, is refused by V8 itself, and the
// program compiled as ever.

import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { Script } from "node:vm";

/** A bundle of the program as it was compiled. */
export interface Compiled {
  /** Where its cache belongs. */
  readonly cache: string;
  readonly script: Script;
}

/** What a bundle is: the inside of a CommonJS module, as Node itself wraps one. */
type Wrapped = (
  exports: object,
  require: (id: string) => unknown,
  module: { exports: object },
  filename: string,
  directory: string,
) => void;

/**
 * Runs a bundle of `directory`; what it requires by `./NAME` is loaded the same way, when it is asked for.
 * @param compiled told of each bundle before it runs.
 */
export function loadBundle(
  directory: string,
  name: string,
  compiled: (bundle: Compiled) => void = () => undefined,
): object {
  const modules = new Map<string, { exports: object }>();
  const systemRequire = createRequire(join(directory, name));
  const load = (file: string): object => {
    const known = modules.get(file);
    if (known !== undefined) return known.exports;
    const module = { exports: {} };
    modules.set(file, module);
    const filename = join(directory, file);
    const cache = cacheOf(filename);
    // The bundle is plain ASCII, and V8 keeps this form of it in one byte a character.
    const source = readFileSync(filename, "latin1");
    const script = new Script(source, {
      filename,
      ...(existsSync(cache) ? { cachedData: readFileSync(cache) } : {}),
    });
    compiled({ cache, script });
    const wrapped = script.runInThisContext() as Wrapped;
    const require = (id: string): unknown => (id.startsWith("./") ? load(id.slice(2)) : systemRequire(id));
    wrapped.call(module.exports, module.exports, require, module, filename, directory);
    return module.exports;
  };
  return load(name);
}

/** V8 knows its own version, but not for which processor it was built. */
function cacheOf(filename: string): string {
  return `${filename}.${process.platform}-${process.arch}.cache`;
}
