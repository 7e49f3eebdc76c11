// The names under which loggers write what an event is made of, best first. Names without a dot are compared reduced
// (`requestId` is `request_id`); names with a dot are a path: `http.request.id` stands flat or nested.

/** Reduced names of properties that hold free text. */
export const MESSAGE_NAMES: ReadonlySet<string> = new Set([
  "msg",
  "message",
  "event",
  "eventname",
  "shortmessage",
  "fullmessage",
  "logmessage",
  "rawmessage",
  "renderedmessage",
  "messagetemplate",
  "msgtemplate",
  "textpayload",
  "body",
  "log",
  "detail",
  "details",
  "exception",
  "exceptionmessage",
  "exc",
  "excinfo",
  "exctext",
  "stack",
  "stacktrace",
  "stackinfo",
  "backtrace",
  "traceback",
  "errormessage",
  "errormsg",
  "errmessage",
  "errmsg",
  "errortext",
  "errtext",
  "errordescription",
  "errordetail",
  "errordetails",
  "errorstack",
  "errorverbose",
  "errverbose",
  "cause",
]);

/** Serilog's compact form: message, template, exception. Reduced they would be single letters. */
export const MESSAGE_SIGNS: ReadonlySet<string> = new Set(["@m", "@mt", "@x"]);

/** Names of the text that is shown for an event. */
export const SHOWN_MESSAGE_NAMES = [
  "message",
  "msg",
  "short_message",
  "event",
  "error_message",
  "detail",
  "description",
  "text",
];

export const REQUEST_ID_NAMES = [
  "request_id",
  "req_id",
  "x-request-id",
  "http.request.id",
  "request.id",
  "req.id",
  "correlation_id",
  "x-correlation-id",
];
/** Read only where no request id stands: a trace holds many requests. */
export const TRACE_ID_NAMES = ["trace_id", "trace.id", "otelTraceID"];

export const KEY_NAMES = [
  "key_id",
  "api_key_id",
  "key_prefix",
  "api_key",
  "api_key.id",
  "key.id",
  "token",
  "x-api-key",
];
/** Read only where no key stands: they name who called, not with which key. */
export const KEY_OWNER_NAMES = ["client_id", "account_id"];

export const SERVICE_NAMES = [
  "service",
  "service.name",
  "service_name",
  "app",
  "app.name",
  "application",
  "application.name",
  "app_name",
  "logger",
  "logger_name",
  "resource.attributes.service.name",
  "resource.service.name",
];
/** Of the whole record only: an error has a `name` too, and it is the error's. */
export const SERVICE_ROOT_NAMES = [
  ...SERVICE_NAMES,
  "name",
  "SYSLOG_IDENTIFIER",
  "_SYSTEMD_UNIT",
  "container_name",
  "container.name",
  "kubernetes.container_name",
  "kubernetes.container.name",
  "resource.labels.container_name",
];

export const HOST_NAMES = [
  "hostname",
  "host",
  "host.name",
  "_HOSTNAME",
  "node_name",
  "pod",
  "pod_name",
  "k8s.pod.name",
  "kubernetes.pod_name",
  "kubernetes.pod.name",
  "resource.attributes.host.name",
  "resource.labels.pod_name",
];
export const DOC_URL_NAMES = ["doc_url", "docs_url", "documentation_url", "help_url"];
