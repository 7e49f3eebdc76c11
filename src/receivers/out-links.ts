// The links that a message may carry. Their hosts come from the configuration alone; what a log says goes into a link
// only percent-encoded, and an address that a log names is a link only when its host is allowed.

import type { IncidentView } from "../core/incidents/transition.ts";
import type { ReceiverSetup } from "./receiver.ts";
import { oneLine } from "./safe-text.ts";
import { code, type Line, text } from "./spans.ts";

/** A link with a safe address. */
export interface OutLink {
  readonly label: string;
  readonly url: string;
}

/** The request ids of a message. */
export interface RequestIdList {
  readonly items: readonly { readonly id: string; readonly url: string | null }[];
  /** How many more different ids there are than are listed. */
  readonly more: number;
}

/** Slack's bound for a URL, and long enough for every log search. */
const MAX_URL_LENGTH = 3000;
const MAX_ID_LENGTH = 200;
const MAX_SHOWN_URL = 200;
const PLACEHOLDER = "{request_id}";
/** What the link to the page of an incident is called. */
export const DETAILS = "Details";

/** The address in a form safe in `<url|text>`, attributes and text; null unless it is http or https and short enough. */
export function safeUrl(address: string): string | null {
  const url = URL.parse(address);
  if (url === null || (url.protocol !== "https:" && url.protocol !== "http:")) return null;
  if (url.username !== "" || url.password !== "") return null;
  // URL leaves these in a query or fragment as they are.
  const text = url.href.replace(
    /[<>|"'`\\\s]/g,
    (c) => `%${c.charCodeAt(0).toString(16).padStart(2, "0").toUpperCase()}`,
  );
  return text.length > MAX_URL_LENGTH ? null : text;
}

/** The template with its placeholder filled, null when it is no web address or the id would change where it leads. */
export function requestIdUrl(template: string, id: string): string | null {
  const filled = safeUrl(template.replaceAll(PLACEHOLDER, encodeURIComponent(id.toWellFormed())));
  const asked = URL.parse(template.replaceAll(PLACEHOLDER, "x"));
  return filled !== null && URL.parse(filled)?.origin === asked?.origin ? filled : null;
}

/** The ids that are shown, each with its link. @param template null: no links. */
export function requestIds(incident: IncidentView, template: string | null): RequestIdList {
  const items = incident.request_ids.map((raw) => ({
    id: oneLine(raw, MAX_ID_LENGTH),
    url: template === null ? null : requestIdUrl(template, raw),
  }));
  return { items, more: Math.max(0, incident.request_ids_total - items.length) };
}

/** Runbook, error documentation where its host is allowed, and the page that tells more. @param path of that page; default: the incident's own. */
export function links(
  incident: IncidentView,
  setup: ReceiverSetup,
  path = `incidents/${encodeURIComponent(incident.id)}`,
): readonly OutLink[] {
  const { externalUrl } = setup;
  const page = externalUrl === null ? null : `${externalUrl}/${path}`;
  return [...incidentLinks(incident, setup.allowedLinkHosts), ...linkOf(DETAILS, page)];
}

/** Runbook, and error documentation where its host is allowed. */
export function incidentLinks(
  incident: Pick<IncidentView, "runbook_url" | "doc_url">,
  allowedHosts: readonly string[],
): readonly OutLink[] {
  const document = allowed(incident.doc_url, allowedHosts) ? incident.doc_url : null;
  return [...linkOf("Runbook", incident.runbook_url), ...linkOf("About this error", document)];
}

function linkOf(label: string, address: string | null): readonly OutLink[] {
  const url = address === null ? null : safeUrl(address);
  return url === null ? [] : [{ label, url }];
}
/** The document that the log names, as text, when it may not be a link. */
export function documentLine(address: string | null, hosts: readonly string[]): Line | null {
  if (address === null || allowed(address, hosts)) return null;
  return [text("The log names this page (not checked): "), code(oneLine(address, MAX_SHOWN_URL))];
}

function allowed(address: string | null, hosts: readonly string[]): boolean {
  const safe = address === null ? null : safeUrl(address);
  return safe !== null && hosts.includes((URL.parse(safe) as URL).host);
}
