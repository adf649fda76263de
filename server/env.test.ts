import { describe, expect, test } from "vitest";
import { parseEnv } from "./env";

const real = { DATABASE_URL: "postgres://a:b@db:5432/c", CLEARWAY_SECRET: "s".repeat(32) };
const OIDC = { CLEARWAY_OIDC_ISSUER: "https://id.example/", CLEARWAY_OIDC_CLIENT_ID: "clearway" };

describe("the demonstration", () => {
  test("is on when neither a database nor an issuer is named", () => {
    expect(parseEnv({}).demonstration).toBe(true);
  });
  test("is off with a database, off with an issuer, and on again when asked for", () => {
    expect(parseEnv(real).demonstration).toBe(false);
    expect(parseEnv({ ...real, ...OIDC }).demonstration).toBe(false);
    expect(parseEnv({ ...real, CLEARWAY_DEMO: "1" }).demonstration).toBe(true);
    expect(() => parseEnv({ CLEARWAY_DEMO: "0" })).toThrow(/DATABASE_URL is needed/);
  });
  test("is refused together with an issuer", () => {
    expect(() => parseEnv({ CLEARWAY_DEMO: "1", ...OIDC })).toThrow(/refused/);
  });
  test("listens on loopback only", () => {
    expect(() => parseEnv({ CLEARWAY_HOST: "0.0.0.0" })).toThrow(/127\.0\.0\.1 only/);
  });
});

describe("a wrong configuration", () => {
  test("names every wrong variable at once", () => {
    const parse = () => parseEnv({ PORT: "http", DATABASE_URL: "mysql://x", CLEARWAY_SECRET: "short" });
    expect(parse).toThrow(/DATABASE_URL/);
    expect(parse).toThrow(/PORT/);
    expect(parse).toThrow(/CLEARWAY_SECRET/);
  });
  test("a real installation needs a secret of its own", () => {
    expect(() => parseEnv({ DATABASE_URL: real.DATABASE_URL })).toThrow(/CLEARWAY_SECRET is needed/);
  });
});

test("an empty variable counts as not set", () => {
  expect(parseEnv({ PORT: "", DATABASE_URL: "" }).port).toBe(3000);
});

test("the public URL has no slash at the end and follows the port by default", () => {
  expect(parseEnv({ CLEARWAY_PUBLIC_URL: "https://clearway.example/" }).publicUrl).toBe(
    "https://clearway.example",
  );
  expect(parseEnv({ PORT: "4000" }).publicUrl).toBe("http://127.0.0.1:4000");
});

describe("a public URL of http", () => {
  test.each(["http://clearway.example", "http://10.0.0.7:3000", "http://localhost.evil.example"])(
    "%s is refused: cookies would go unprotected",
    (url) => {
      expect(() => parseEnv({ ...real, CLEARWAY_PUBLIC_URL: url })).toThrow(
        /CLEARWAY_PUBLIC_URL must be https/,
      );
    },
  );
  test.each(["http://127.0.0.1:3000", "http://localhost:3000", "http://[::1]:3000"])(
    "%s is this machine",
    (url) => {
      expect(parseEnv({ ...real, CLEARWAY_PUBLIC_URL: url }).publicUrl).toBe(url);
    },
  );
});

describe("the identity provider", () => {
  test("has its defaults, and may be a public client", () => {
    expect(parseEnv({ ...real, ...OIDC }).oidc).toEqual({
      issuer: "https://id.example",
      clientId: "clearway",
      clientSecret: undefined,
      groupsClaim: "groups",
      scopes: "openid profile email",
      name: "id.example",
    });
    expect(parseEnv(real).oidc).toBeUndefined();
  });
  test.each<[Record<string, string>, RegExp]>([
    [{ CLEARWAY_OIDC_ISSUER: "http://id.example" }, /must be https/],
    [{ CLEARWAY_OIDC_ISSUER: "http://127.0.0.1.evil.example" }, /must be https/],
    [{ CLEARWAY_OIDC_ISSUER: "id.example" }, /CLEARWAY_OIDC_ISSUER must be an http/],
    [{ CLEARWAY_OIDC_CLIENT_ID: "" }, /CLEARWAY_OIDC_CLIENT_ID is needed/],
    [{ CLEARWAY_OIDC_ISSUER: "" }, /CLEARWAY_OIDC_ISSUER is needed/],
    [{ CLEARWAY_OIDC_SCOPES: "profile email" }, /must contain openid/],
    [{ CLEARWAY_ADMIN: "u-1" }, /CLEARWAY_ADMIN must be an issuer and a subject/],
    [{ CLEARWAY_ADMIN: "https://id.example u 1" }, /CLEARWAY_ADMIN must be an issuer and a subject/],
    [{ CLEARWAY_SESSION_IDLE_MINUTES: "0" }, /CLEARWAY_SESSION_IDLE_MINUTES/],
    [{ CLEARWAY_SESSION_HOURS: "soon" }, /CLEARWAY_SESSION_HOURS must be a number of hours/],
  ])("%j is refused with a sentence", (over, sentence) => {
    expect(() => parseEnv({ ...real, ...OIDC, ...over })).toThrow(sentence);
  });
  test.each(["http://127.0.0.1:9000", "http://localhost:9000", "http://[::1]:9000"])(
    "%s may be http",
    (issuer) => {
      expect(parseEnv({ ...real, ...OIDC, CLEARWAY_OIDC_ISSUER: issuer }).oidc?.issuer).toBe(issuer);
    },
  );
  test("the first administrator is an issuer and a subject", () => {
    const { admin } = parseEnv({ ...real, ...OIDC, CLEARWAY_ADMIN: "https://id.example/ 00u1" });
    expect(admin).toEqual({ issuer: "https://id.example", subject: "00u1" });
  });
});

test("a session is idle for eight hours and lasts a day, unless configured", () => {
  expect(parseEnv(real)).toMatchObject({ sessionIdleSeconds: 28_800, sessionSeconds: 86_400 });
  const other = { CLEARWAY_SESSION_IDLE_MINUTES: "15", CLEARWAY_SESSION_HOURS: "8" };
  expect(parseEnv({ ...real, ...other })).toMatchObject({ sessionIdleSeconds: 900, sessionSeconds: 28_800 });
});
