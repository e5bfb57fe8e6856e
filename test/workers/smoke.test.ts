import { expect, it } from "vitest";
import { call, connect, createSession, decode, joinByInvite } from "./support/client.ts";

it("two people chat until the session burns", async () => {
  const created = await createSession({ burn: { ttl: 60 } });
  const host = await connect(created.id, created.hostToken);
  const welcome = await host.control("welcome");
  expect(welcome.participants).toHaveLength(1);
  const guest = await joinByInvite(created);
  const hello = await guest.control("welcome");
  expect(hello.participants).toHaveLength(2);
  expect((await host.control("presence")).joined[0]?.id).toBe(hello.participant);
  host.content(7, "sealed");
  expect(await host.frame()).toMatchObject({ kind: "receipt", seq: 1, ref: 7 });
  const frame = await guest.frame();
  expect(frame.kind === "relay" && decode(frame.sealed)).toBe("sealed");
  const burned = await call("DELETE", `/v1/sessions/${created.id}`, { token: created.hostToken });
  expect(burned.status).toBe(200);
  expect((await host.control("burned")).statement).toBe(burned.body.statement);
  expect((await guest.closed()).code).toBe(4410);
  await new Promise((r) => setTimeout(r, 1500));
  expect((await call("GET", `/v1/sessions/${created.id}`, { token: created.hostToken })).status).toBe(410);
});
