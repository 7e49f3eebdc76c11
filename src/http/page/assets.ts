// What the browser loads besides the page: the script, the style and the icon, of this server and no other. They are
// read when they are first asked for, since most daemons are never looked at.

import { readFile } from "node:fs/promises";
import { json, type Reply, text } from "../reply.ts";

declare const REVOKEWATCH_VERSION: string | undefined;

const TYPES: Readonly<Record<string, string>> = {
  "page.js": "text/javascript; charset=utf-8",
  "page.css": "text/css; charset=utf-8",
  "icon.svg": "image/svg+xml",
};

/** The script that bundles the page's assets, for who runs from source; the bundle of the program has them beside it. */
const FROM_SOURCE = "../../../scripts/build-page.ts";

const kept = new Map<string, Promise<string>>();

export async function asset(name: string): Promise<Reply> {
  const type = Object.hasOwn(TYPES, name) ? TYPES[name] : undefined;
  if (type === undefined) return text(404, "There is no such asset.");
  let body = kept.get(name);
  if (body === undefined) kept.set(name, (body = read(name)));
  try {
    return { status: 200, headers: { "content-type": type }, body: await body };
  } catch (error) {
    // The page is readable without them. It is tried again, for the files may come back.
    kept.delete(name);
    return json(503, { error: `Cannot read ${name}, which is part of the program: ${codeOf(error)}.` });
  }
}

async function read(name: string): Promise<string> {
  if (typeof REVOKEWATCH_VERSION === "string") {
    return readFile(new URL(`./page/${name}`, import.meta.url), "utf8");
  }
  const { bundlePage } = (await import(new URL(FROM_SOURCE, import.meta.url).href)) as {
    bundlePage: () => Promise<Readonly<Record<string, string>>>;
  };
  const built = (await bundlePage())[name];
  if (built === undefined) throw new Error(`${name} was not built`);
  return built;
}

function codeOf(error: unknown): string {
  return error instanceof Error && "code" in error ? String(error.code) : String(error);
}
