// What the kernel says about a process: CPU time and resident memory.
import { readFileSync } from "node:fs";

/** ms per clock tick of /proc; 100 per second on every Linux that Node runs on. */
const TICK_MS = 10;

/** ms of CPU that a process has used, user and system together, in steps of 10. */
export function cpuMs(pid: number): number {
  const stat = readFileSync(`/proc/${String(pid)}/stat`, "latin1");
  // The name in brackets may hold spaces; fields count from behind it (proc(5): utime is 14, stime 15).
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return (Number(fields[11]) + Number(fields[12])) * TICK_MS;
}

/** bytes of memory that a process holds */
export function residentBytes(pid: number): number {
  const status = readFileSync(`/proc/${String(pid)}/status`, "latin1");
  return Number(/VmRSS:\s+(\d+)/.exec(status)?.[1] ?? Number.NaN) * 1024;
}
