// wrangler, kept from writing. By itself it keeps log files, a store of request paths, console output and
// exceptions, and a record for its usage statistics; `observability.enabled = false` in wrangler.toml stops
// none of that. Must be called before anything of wrangler is.

const SETTINGS = {
  X_LOCAL_OBSERVABILITY: "false",
  X_LOCAL_EXPLORER: "false",
  WRANGLER_WRITE_LOGS: "false",
  WRANGLER_SEND_METRICS: "false",
  WRANGLER_SEND_ERROR_REPORTS: "false",
  CLOUDFLARE_CF_FETCH_ENABLED: "false",
} as const;

export function quietWrangler(): void {
  Object.assign(process.env, SETTINGS);
}
