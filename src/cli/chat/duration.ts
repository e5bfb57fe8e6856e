// Spans of time as people write and read them. The service counts in whole seconds.

const SECONDS: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3_600, d: 86_400 };

/** Seconds in "45", "45s", "10m", "1h30m", "7d"; null where it is not of that form. */
export function parseDuration(text: string): number | null {
  if (/^\d{1,9}$/.test(text)) return Number(text);
  if (!/^(?:\d{1,9}[smhd])+$/.test(text)) return null;
  const parts = text.matchAll(/(\d+)([smhd])/g);
  let seconds = 0;
  for (const [, count, unit = ""] of parts) seconds += Number(count) * (SECONDS[unit] ?? 0);
  return seconds;
}

/** What is left, short enough for a prompt: "2d 3h", "1h 05m", "12m", "45s". Rounded up, so that 0s means now. */
export function formatLeft(ms: number): string {
  const seconds = Math.ceil(ms / 1_000);
  if (seconds < 60) return `${String(seconds)}s`;
  const minutes = Math.ceil(seconds / 60);
  if (minutes < 60) return `${String(minutes)}m`;
  const hours = Math.floor(minutes / 60);
  if (hours < 24) return `${String(hours)}h ${String(minutes % 60).padStart(2, "0")}m`;
  return `${String(Math.floor(hours / 24))}d ${String(hours % 24)}h`;
}
