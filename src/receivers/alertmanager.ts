// Alertmanager's API v2: a firing incident is an alert that is posted again every minute, a resolved one an alert that
// has ended. Routing, grouping and mentions are then Alertmanager's.

import * as v from "valibot";
import { type AlertmanagerOptions, alertmanagerReceiver } from "./alertmanager-receiver.ts";
import { isHttpUrl } from "../config/http-url.ts";
import type { ReceiverKind } from "./receiver.ts";

const MAX_URLS = 8;

const schema = v.strictObject({
  urls: v.pipe(
    v.array(v.pipe(v.string(), v.check(isHttpUrl, "expected an http: or https: URL"))),
    v.minLength(1),
    v.maxLength(MAX_URLS),
    v.description("Every Alertmanager of the cluster, such as http://am-0:9093; each gets every alert"),
  ),
});

/** The kind `alertmanager`. */
export const alertmanagerKind: ReceiverKind<AlertmanagerOptions> = {
  word: "alertmanager",
  forPeople: false,
  schema,
  create: async (setup, options) => alertmanagerReceiver(setup, options),
};
