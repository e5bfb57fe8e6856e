// Where the local service listens: HOST and PORT, checked before anything starts.
import { once } from "node:events";
import { createServer } from "node:net";
import { LocalFailure } from "./local-failure.ts";

export interface Address {
  readonly host: string;
  readonly port: number;
}

/** This machine only: whoever wants to serve others says so. */
export const DEFAULT_HOST = "127.0.0.1";
export const DEFAULT_PORT = 8787;
const MAX_PORT = 65_535;

/** Throws a LocalFailure where PORT is not a port. An empty variable counts as unset. */
export function parseAddress(env: Readonly<Record<string, string | undefined>>): Address {
  const host = env["HOST"]?.trim() ?? "";
  const text = env["PORT"]?.trim() ?? "";
  const port = text === "" ? DEFAULT_PORT : Number(text);
  if (!Number.isInteger(port) || port < 0 || port > MAX_PORT) {
    throw new LocalFailure(
      `PORT is ${JSON.stringify(text)}, but it has to be a whole number from 1 to ${String(MAX_PORT)} (0: any free one).`,
    );
  }
  return { host: host === "" ? DEFAULT_HOST : host, port };
}

/** The address as part of a URL; IPv6 goes in brackets. */
export function formatAddress({ host, port }: Address): string {
  return `${host.includes(":") ? `[${host}]` : host}:${String(port)}`;
}

/** Tries to listen there. Throws a LocalFailure that says why it is not possible. */
export async function checkAddress(address: Address): Promise<void> {
  const server = createServer();
  try {
    server.listen(address.port, address.host);
    await once(server, "listening");
  } catch (error) {
    throw explainAddress(address, error instanceof Error && "code" in error ? error.code : undefined);
  }
  server.close();
  await once(server, "close");
}

export function busyAddress(address: Address): LocalFailure {
  return new LocalFailure(
    `${formatAddress(address)} is taken by another process. Stop that one, or choose another port: PORT=8788 npm start`,
  );
}

function explainAddress(address: Address, code: unknown): LocalFailure {
  if (code === "EADDRINUSE") return busyAddress(address);
  if (code === "EACCES")
    return new LocalFailure(`${formatAddress(address)} needs more rights. Take a PORT above 1023.`);
  return new LocalFailure(`HOST is ${JSON.stringify(address.host)}, which is no address of this machine.`);
}
