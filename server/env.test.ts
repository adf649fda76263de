import { describe, expect, test } from "vitest";
import { parseEnv } from "./env";

const real = { DATABASE_URL: "postgres://a:b@db:5432/c", CLEARWAY_SECRET: "s".repeat(32) };

describe("the demonstration", () => {
  test("is on when neither a database nor an issuer is named", () => {
    expect(parseEnv({}).demonstration).toBe(true);
  });
  test("is off with a database, off with an issuer, and on again when asked for", () => {
    expect(parseEnv(real).demonstration).toBe(false);
    expect(parseEnv({ ...real, CLEARWAY_OIDC_ISSUER: "https://id.example" }).demonstration).toBe(false);
    expect(parseEnv({ ...real, CLEARWAY_DEMO: "1" }).demonstration).toBe(true);
    expect(() => parseEnv({ CLEARWAY_DEMO: "0" })).toThrow(/DATABASE_URL is needed/);
  });
  test("is refused together with an issuer", () => {
    expect(() => parseEnv({ CLEARWAY_DEMO: "1", CLEARWAY_OIDC_ISSUER: "https://id.example" })).toThrow(
      /refused/,
    );
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
