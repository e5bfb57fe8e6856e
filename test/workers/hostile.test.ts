import fc from "fast-check";
import { expect, it } from "vitest";
import { ERRORS } from "../../src/protocol/errors.ts";
import { FRAME, parseClientMessage } from "../../src/protocol/frames.ts";
import { parseClientControl } from "../../src/protocol/control.ts";
import { call, codeOf, connect, createSession, joinByInvite, upgrade } from "./support/client.ts";

const CLOSE_CODES = new Set(Object.values(ERRORS).map(({ close }) => close));

/** Frames that are nearly right, so that every branch of the parsers is met. */
const hostileBytes = fc.oneof(
  fc.uint8Array({ maxLength: 200 }),
  fc
    .tuple(
      fc.constantFrom(FRAME.relay, FRAME.bundle, FRAME.receipt, 0x02, 0x00),
      fc.uint8Array({ maxLength: 64 }),
    )
    .map(([kind, rest]) => Uint8Array.of(kind, ...rest)),
);
const hostileText = fc.oneof(
  fc.string({ maxLength: 300 }),
  fc.json(),
  fc
    .record(
      {
        type: fc.constantFrom("ack", "leave", "burn", "welcome", "mark", "__proto__"),
        mark: fc.anything(),
        constructor: fc.anything(),
      },
      { requiredKeys: ["type"] },
    )
    .map((message) => JSON.stringify(message)),
);

it("[SOCK7] whatever one client sends, the others chat on and only the table's codes are seen", async () => {
  const created = await createSession();
  const host = await connect(created.id, created.hostToken);
  await host.control("welcome");
  let sent = 0;
  await fc.assert(
    fc.asyncProperty(fc.oneof(hostileBytes, hostileText), async (frame) => {
      // Well-formed ones do what they say; they are tested elsewhere.
      const wellFormed =
        typeof frame === "string" ? parseClientControl(frame).ok : parseClientMessage(frame).ok;
      fc.pre(!wellFormed && frame !== "ping");
      const guest = await joinByInvite(created);
      const { participant, token } = await guest.control("welcome");
      guest.socket.send(frame);
      const { code, reason } = await guest.closed();
      expect(CLOSE_CODES).toContain(code);
      expect(ERRORS).toHaveProperty(reason);
      sent += 1;
      host.content(sent, "still here");
      expect(await host.frame()).toMatchObject({ kind: "receipt", ref: sent });
      const path = `/v1/sessions/${created.id}/participants/${participant}`;
      await call("DELETE", path, { token: created.hostToken });
      expect(codeOf(await call("GET", `/v1/sessions/${created.id}`, { token }))).toBe("removed");
    }),
    { numRuns: 60 },
  );
});

it("[API2] whatever is posted, the answer is 201 or a problem of the table", async () => {
  await fc.assert(
    fc.asyncProperty(fc.oneof(fc.json(), fc.string({ maxLength: 100 })), async (body) => {
      const answer = await call("POST", "/v1/sessions", { body });
      if (answer.status === 201) return;
      const { status } = ERRORS[codeOf(answer)];
      expect(status).toBe(answer.status);
    }),
    { numRuns: 150 },
  );
});

it("[SOCK3] what a client sends before it read welcome is taken like anything else", async () => {
  const created = await createSession();
  const response = await upgrade(created.links.socket, ["ghost.v1", `ghost.token.${created.hostToken}`]);
  const socket = response.webSocket;
  if (socket === null) throw new Error("no socket");
  const heard: string[] = [];
  socket.accept();
  socket.send(Uint8Array.of(1, 0, 0, 0, 9, 1));
  socket.send('{"type":"typing"}');
  socket.binaryType = "arraybuffer";
  await new Promise<void>((resolve) => {
    socket.addEventListener("message", ({ data }) => {
      heard.push(typeof data === "string" ? (JSON.parse(data) as { type: string }).type : "frame");
      if (heard.length === 2) resolve();
    });
  });
  expect(heard).toEqual(["welcome", "frame"]);
});

it.each([
  "nonsense",
  "a.b.c",
  "AAAAAAAAAAAAAAAA.-1.AAAAAAAAAAAAAAAAAAAAAA",
  "AAAAAAAAAAAAAAAA.1e3.AAAAAAAAAAAAAAAAAAAAAA",
])("[SEQ5] a malformed resume is ignored: %s", async (resume) => {
  const created = await createSession();
  const client = await connect(created.id, created.hostToken, `ghost.resume.${resume}`);
  expect((await client.control("welcome")).resumed).toBeNull();
});
