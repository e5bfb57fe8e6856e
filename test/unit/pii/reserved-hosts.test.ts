// Hosts that nobody can be found by, and names of code that begin with a domain; and what of the kind is reported all the same.
import { describe, expect, it } from "vitest";
import { found } from "./engine-under-test.ts";

/** What names somebody stands behind more than is looked through. */
const LONG = `http://localhost/${"a".repeat(400)}/users/anna`;

describe("hosts set aside for the machine itself, tests and examples", () => {
  it.each([
    "http://localhost:3000/api/health",
    "redis://localhost:6379/0",
    "curl http://127.0.0.1:9090/-/ready",
    "listening on 127.0.0.1:8080",
    "ws://[::1]:8080/socket",
    "http://printer.local/",
    "http://db.default.svc.cluster.local:5432/",
    "https://api.test/v1?format=json",
    "http://shop.example/cart",
    "https://gone.invalid",
  ])("[PII18] %s says nothing about a person", (text) => {
    expect(found(text)).toEqual([]);
  });

  it.each([
    ["http://localhost:3000/users/anna-berg", ["URL:http://localhost:3000/users/anna-berg"]],
    ["http://localhost/~anna", ["URL:http://localhost/~anna"]],
    ["http://localhost/reset?email=anna", ["URL:http://localhost/reset?email=anna"]],
    ["http://localhost/%7Eanna", ["URL:http://localhost/%7Eanna"]],
    // Machines are called after their owners there.
    ["http://annas-macbook.local:5000/", ["URL:http://annas-macbook.local:5000/"]],
    [LONG, [`URL:${LONG}`]],
    ["http://localhost.evil.org/a", ["URL:http://localhost.evil.org/a"]],
    ["my ip address is 127.0.0.1", ["IP:127.0.0.1"]],
    ["http://10.0.0.7/admin", ["IP:10.0.0.7"]],
    ["mail anna@shop.example", ["EMAIL:anna@shop.example"]],
  ])("[PII18] %s is reported", (text, spans) => {
    expect(found(text)).toEqual(spans);
  });

  it("[PII18] credentials on such a host are found", () => {
    const secret = ["app", "7hGq2vLx9Tz"].join(":");
    expect(found(`postgres://${secret}@localhost:5432/shop`)).toContain(`SECRET:${secret}`);
  });
});

describe("names of code that begin with a domain", () => {
  it.each([
    ["a key of Kubernetes", "labels:\n  app.kubernetes.io/name: web"],
    ["an image with a tag", "image: ghcr.io/acme/proxy:v2.11.0"],
    ["an image with a digest", `FROM gcr.io/acme/run:slim@sha256:${"0a".repeat(32)}`],
    ["an import of Go", 'import (\n\t"golang.org/x/sync/errgroup"\n)'],
    ["a name space of XML", "<svg xmlns='http://www.w3.org/2000/svg'></svg>"],
    ["a part of an object", "tags = { Name = local.name }"],
  ])("[PII18] %s is no URL", (_what, text) => {
    expect(found(text)).toEqual([]);
  });

  it.each([
    ["see shop.example.org/help: it is all there", "URL:shop.example.org/help"],
    ["ghcr.io/acme is our page", "URL:ghcr.io/acme"],
    ["anna.berg.name", "URL:anna.berg.name"],
  ])("[PII18] %s is one", (text, span) => {
    expect(found(text)).toEqual([span]);
  });
});
