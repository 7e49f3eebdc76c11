// Text as an attacker would put it into a log line, for property tests of everything that shows it.

import * as fc from "fast-check";
import type { IncidentView } from "../../src/core/incidents/transition.ts";
import { transition } from "./transitions.ts";

/** What has gone wrong elsewhere, and its neighbours. */
const NASTY = [
  "<!channel>",
  "<!here|x>",
  "<@U012AB3CD>",
  "<#C123|general>",
  "<!subteam^S123>",
  "<!date^1^{date}|now>",
  "<https://evil.example|Runbook>",
  "https://evil.example/",
  "&lt;!channel&gt;",
  "&amp;lt;",
  "*bold*",
  "_it_",
  "~gone~",
  "`code`",
  "```",
  "\n> quote",
  "> quote",
  ":large_green_circle:",
  "|",
  "\r\nBcc: evil@evil.example\r\n",
  "\r\n.\r\n",
  "=?utf-8?q?x?=",
  "evil@evil.example, other@evil.example",
  '"><img src=x onerror=alert(1)>',
  "<script>alert(1)</script>",
  "</code></td>",
  "javascript:alert(1)",
  "<mailto:evil@evil.example|mail>",
  "<tel:+1|call>",
  "@channel @here @everyone #general",
  "＜!channel＞",
  "‹!here›",
  "&#60;!channel&#62;",
  "www.evil.example",
  "\u{e0041}tag",
  "\u2028\u2029",
  "\u202eevil\u202c",
  "\u2066x\u2069",
  "\u200bzero\u200dwidth\ufeff",
  "\u0000\u001b[31m\u009b2J",
  "\ud800",
  "e\u0301\u0301\u0301\u0301\u0301\u0301",
  "{{constructor}}",
  "{request_id}",
  "${7*7}",
  "%0d%0a",
  "../../etc/passwd",
];

/** One hostile string: nasty pieces and random characters, up to some hundred characters. */
export const hostileText = fc
  .array(
    fc.oneof(fc.constantFrom(...NASTY), fc.string({ unit: "grapheme" }), fc.string({ unit: "binary" })),
    {
      maxLength: 6,
    },
  )
  .map((parts) => parts.join(""));

const entries = fc.array(fc.record({ value: hostileText, count: fc.nat(10_000) }), { maxLength: 12 });

const fields = {
  service: hostileText,
  label: fc.constantFrom("service", "region", "<!here>"),
  hint: hostileText,
  explanation: hostileText,
  request_ids: fc.array(hostileText, { maxLength: 10 }),
  keys: entries,
  services: entries,
  hosts: entries,
  doc_url: fc.option(
    fc.oneof(
      hostileText,
      hostileText.map((text) => `https://docs.asterwise.com/${text}`),
    ),
  ),
  acked_by: fc.option(hostileText),
  silence: fc.option(hostileText),
  sources: fc.array(hostileText, { maxLength: 3 }),
  grouped: fc.boolean(),
  still_seen: fc.nat(3),
  used: fc.array(
    fc.record({ value: hostileText, service: fc.option(hostileText), host: fc.option(hostileText) }),
    {
      maxLength: 3,
    },
  ),
  narrower: fc.array(hostileText, { maxLength: 7 }),
  wider: fc.option(hostileText),
};
type Fields = {
  [Name in keyof typeof fields]: (typeof fields)[Name] extends fc.Arbitrary<infer T> ? T : never;
};

/** An incident in which everything that a log can say is hostile. */
export const hostileIncident: fc.Arbitrary<IncidentView> = fc.record(fields).map(incidentOf);

function incidentOf({ service, label, keys, services, hosts, grouped, ...others }: Fields): IncidentView {
  const { still_seen: still, used, narrower, wider, ...rest } = others;
  const { id, short_id, rule, last_event_at: at } = transition().incident;
  return {
    ...transition().incident,
    ...rest,
    rotation: {
      still_seen: still,
      within_seconds: 600,
      keys_total: used.length,
      keys: used.map(({ value, service: last_service, host: last_host }) => ({
        value,
        hash: "3f9a0c17d2b45e68",
        count: 1,
        first_seen_at: at,
        last_seen_at: at,
        last_service,
        last_host,
      })),
    },
    inhibits: narrower.map((name) => ({ id, short_id, rule, group: { service: name }, total: 3 })),
    inhibited_by: wider === null ? null : { id, short_id, rule: wider },
    group: grouped ? { [label]: service } : {},
    top: { keys, services, hosts },
    distinct_keys: keys.length + 3,
    request_ids_total: rest.request_ids.length + 7,
  };
}
