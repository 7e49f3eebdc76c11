// The schema of the whole configuration. The parts that stand here are those that belong to no source, receiver or rule.

import { isAbsolute } from "node:path";
import * as v from "valibot";
import { duration } from "../config/fields.ts";
import { isHttpUrl } from "../config/http-url.ts";
import { type Listen, parseListen } from "../config/listen.ts";
import { Secret } from "../config/secrets.ts";
import type { Roster } from "../roster.ts";
import { allowLinkLocal, receiversSchema, sourcesSchema } from "./entries.ts";
import { rulesSchema } from "./rules.ts";
import { silencesSchema } from "./silences.ts";

const DEFAULT_LISTEN = "127.0.0.1:10401";
const MIN_HEARTBEAT_MS = 1_000;
const MAX_HEARTBEAT_MS = 3_600_000;
const MAX_LINK_HOSTS = 64;
/** A host name as URL.hostname gives it. */
const HOST = /^[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?$/;

/** A web address to which paths can be added: nothing behind the path, and no password that every alert would carry. */
function isWebAddress(text: string): boolean {
  const url = URL.parse(text);
  if (url === null || !/^https?:$/.test(url.protocol)) return false;
  return url.username === "" && url.password === "" && url.search === "" && url.hash === "";
}

const listen = v.pipe(
  v.string(),
  v.rawTransform(({ dataset, addIssue, NEVER }): Listen => {
    const parsed = parseListen(dataset.value);
    if (parsed !== null) return parsed;
    addIssue({ message: "expected HOST:PORT, such as 127.0.0.1:10401 or :10401" });
    return NEVER;
  }),
);

const http = v.strictObject({
  listen: v.optional(
    v.pipe(
      listen,
      v.description("HOST:PORT of metrics, health, API and status page; :PORT for every address."),
    ),
    DEFAULT_LISTEN,
  ),
  external_url: v.nullish(
    v.pipe(
      v.string(),
      v.check(isWebAddress, "expected an http or https address, such as https://revokewatch.example.com"),
      v.description(
        "Address under which people reach the status page, perhaps through a proxy. Alerts then link to the page of their incident.",
      ),
    ),
  ),
  web_config_file: v.nullish(
    v.pipe(
      v.string(),
      v.nonEmpty(),
      v.description(
        "File in the format of Prometheus' exporter-toolkit: TLS, client certificates, basic authentication with bcrypt, headers, rate limit. Read anew within 30 s of a change, so that a rotated certificate needs nothing.",
      ),
    ),
  ),
  admin_token_file: v.nullish(
    v.pipe(
      v.string(),
      v.nonEmpty(),
      v.description(
        "File with the token (Authorization: Bearer) with which other machines may acknowledge and silence; this machine needs none. Read anew at each request.",
      ),
    ),
  ),
});

const heartbeat = v.pipe(
  v.strictObject({
    url_file: v.nullish(
      v.pipe(
        v.string(),
        v.nonEmpty(),
        v.description("The address of the outside monitor, kept in this file; read anew at every heartbeat."),
      ),
    ),
    url: v.nullish(
      v.pipe(
        v.string(),
        v.check(isHttpUrl, "expected an http: or https: URL"),
        v.description(
          "The address of the outside monitor, written out. It is a secret: who knows it can keep it quiet.",
        ),
      ),
    ),
    every: v.optional(
      v.pipe(
        duration(MIN_HEARTBEAT_MS, MAX_HEARTBEAT_MS),
        v.description(
          "How often it is asked for, when a made-up line has come through and the state was saved; never otherwise.",
        ),
      ),
      "1m",
    ),
    allow_link_local: v.optional(allowLinkLocal, false),
  }),
  v.description("A sign of life for a monitor outside, so that somebody notices when revokewatch is gone."),
);

/** The address without a slash at its end, so that paths can be put behind it. */
function baseOf(url: string | null): string | null {
  return url === null ? null : url.replace(/\/+$/, "");
}

function tokenOf(path: string | null): Secret | null {
  return path === null ? null : Secret.file(path);
}

function heartbeatUrl(file: string | null, url: string | null): Secret | null {
  if (file !== null) return Secret.file(file);
  return url === null ? null : Secret.literal(url);
}

/** The schema of the whole configuration, with the kinds of `roster`. */
export function settingsSchema(roster: Roster) {
  return v.pipe(
    v.strictObject({
      version: v.pipe(v.literal(1), v.description("Version of this format; always 1.")),
      state_dir: v.optional(
        v.pipe(
          v.string(),
          v.check(isAbsolute, "expected an absolute path"),
          v.description(
            "Directory of the state, created with mode 0700. Default: $STATE_DIRECTORY, else $XDG_STATE_HOME/revokewatch, else ~/.local/state/revokewatch.",
          ),
        ),
      ),
      sources: v.optional(sourcesSchema(roster.sourceKinds), []),
      rules: rulesSchema,
      receivers: v.optional(receiversSchema(roster.receiverKinds), []),
      silences: v.optional(silencesSchema, []),
      auto_reload: v.optional(
        v.pipe(
          v.boolean(),
          v.description(
            "Reload within 30 s when the content of this file has changed, as SIGHUP does; for a ConfigMap in Kubernetes.",
          ),
        ),
        false,
      ),
      heartbeat: v.optional(heartbeat, {}),
      http: v.optional(v.pipe(http, v.description("The HTTP server.")), {}),
      links: v.optional(
        v.pipe(
          v.strictObject({
            allowed_hosts: v.optional(
              v.pipe(
                v.array(
                  v.pipe(
                    v.string(),
                    v.regex(HOST, "expected a host name in lower case, such as docs.example.com"),
                  ),
                ),
                v.maxLength(MAX_LINK_HOSTS),
                v.description(
                  "Hosts that an address out of a log line may be linked to; others stay plain text.",
                ),
              ),
              ["docs.asterwise.com"],
            ),
          }),
          v.transform((input) => ({ allowedHosts: input.allowed_hosts as readonly string[] })),
          v.description("Links in messages."),
        ),
        {},
      ),
      log: v.optional(
        v.pipe(
          v.strictObject({
            level: v.optional(
              v.pipe(
                v.picklist(["trace", "debug", "info", "warn", "error", "fatal", "silent"]),
                v.description("Least level that is written."),
              ),
              "info",
            ),
          }),
          v.description("The daemon's own log, on stderr."),
        ),
        {},
      ),
    }),
    v.title("revokewatch configuration"),
    v.transform((input) => ({
      version: input.version,
      stateDir: input.state_dir ?? null,
      sources: input.sources,
      rules: input.rules,
      receivers: input.receivers,
      silences: input.silences,
      autoReload: input.auto_reload,
      heartbeat: {
        url: heartbeatUrl(input.heartbeat.url_file ?? null, input.heartbeat.url ?? null),
        everyMs: input.heartbeat.every,
        allowLinkLocal: input.heartbeat.allow_link_local,
      },
      http: {
        listen: input.http.listen,
        externalUrl: baseOf(input.http.external_url ?? null),
        webConfigFile: input.http.web_config_file ?? null,
        adminToken: tokenOf(input.http.admin_token_file ?? null),
      },
      links: input.links,
      log: input.log,
    })),
  );
}
