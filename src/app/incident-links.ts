// What the page of an incident links to: what the configuration names, and what a message would link.

import type { IncidentLinks } from "../http/views.ts";
import { incidentLinks, requestIdUrl } from "../receivers/out-links.ts";
import type { Settings } from "../settings.ts";

/** @param incident its rule, and the addresses that the rule and the log name. */
export function incidentLinksOf(
  { rules, links }: Pick<Settings, "rules" | "links">,
  incident: { readonly rule: string; readonly runbook_url: string | null; readonly doc_url: string | null },
): IncidentLinks {
  const template = rules.find(({ name }) => name === incident.rule)?.requestIds.link ?? null;
  return {
    links: incidentLinks(incident, links.allowedHosts),
    requestId: (id) => (template === null ? null : requestIdUrl(template, id)),
  };
}
