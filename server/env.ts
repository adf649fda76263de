import { createHmac } from "node:crypto";
import path from "node:path";
import { z } from "zod";

const text = z.string().trim().min(1).optional();
const flag = z.enum(["0", "1"], "must be 0 or 1").optional();
const httpUrl = z.url({ protocol: /^https?$/, error: "must be an http(s) URL" });
const postgresUrl = z.url({
  protocol: /^postgres(ql)?$/,
  error: "must look like postgres://user:password@host:5432/database",
});

const Variables = z.object({
  NODE_ENV: text,
  DATABASE_URL: postgresUrl.optional(),
  CLEARWAY_HOST: text,
  PORT: z.coerce.number("must be a port number").int().min(0).max(65_535).default(3000),
  CLEARWAY_ADMIN: text,
  CLEARWAY_DATA_DIR: text,
  CLEARWAY_DEMO: flag,
  CLEARWAY_DRAIN_SECONDS: z.coerce.number("must be a number of seconds").min(0).max(120).default(5),
  CLEARWAY_FAILPOINTS: text,
  CLEARWAY_IMPORT_ALLOW_PRIVATE: flag,
  CLEARWAY_IMPORT_DIR: z.string().regex(/^\//, "must be an absolute path").optional(),
  CLEARWAY_LEASE_SECONDS: z.coerce.number("must be a number of seconds").int().min(1).max(3600).default(20),
  CLEARWAY_OIDC_ISSUER: httpUrl.optional(),
  CLEARWAY_PUBLIC_URL: httpUrl.optional(),
  CLEARWAY_SECRET: z.string().min(32, "must have at least 32 characters").optional(),
  CLEARWAY_SLOT_HOST_URL: httpUrl.optional(),
});

/** Its message is all a person needs; the stack says nothing more. */
export class ConfigurationError extends Error {}

export type Env = {
  readonly production: boolean;
  /** The demonstration: people to pick at sign-in, slot host on loopback. Never with an OIDC issuer. */
  readonly demonstration: boolean;
  readonly databaseUrl: string;
  /** Absolute; holds repositories/, artifacts/, jobs/, slots/ and the embedded postgres/. */
  readonly dataDir: string;
  readonly host: string;
  readonly port: number;
  /** Origin under which people reach Clearway, without a slash at the end. */
  readonly publicUrl: string;
  readonly oidcIssuer: string | undefined;
  readonly slotHostUrl: string;
  /** Derived from the secret: worker and slot host know it without being told. */
  readonly slotHostToken: string;
  readonly secret: string;
  /** `<issuer> <subject>` of the first administrator of a real installation. */
  readonly admin: string | undefined;
  readonly leaseSeconds: number;
  /** Where repositories may be imported from besides public https: own networks, directories below this one. */
  readonly imports: { readonly allowsPrivate: boolean; readonly directory: string | undefined };
  /** How long a web process that is told to end goes on serving while its health address already says no. */
  readonly drainSeconds: number;
  /** Comma separated names; honoured only by the build that has fault points in it. */
  readonly failpoints: readonly string[];
};

/** Throws a ConfigurationError that names every wrong variable. An empty variable counts as not set. */
export function parseEnv(source: Readonly<Record<string, string | undefined>>): Env {
  const given = Object.fromEntries(Object.entries(source).filter(([, value]) => value !== ""));
  const parsed = Variables.safeParse(given);
  if (!parsed.success) {
    throw new ConfigurationError(
      problems(parsed.error.issues.map((issue) => `${issue.path.join(".")} ${issue.message}`)),
    );
  }
  const v = parsed.data;
  const demonstration = isDemonstration(v);
  const wrong: string[] = [];
  if (v.CLEARWAY_DEMO === "1" && v.CLEARWAY_OIDC_ISSUER !== undefined) {
    wrong.push(
      "CLEARWAY_DEMO=1 is refused together with CLEARWAY_OIDC_ISSUER: a demonstration lets anyone in",
    );
  }
  if (!demonstration && v.DATABASE_URL === undefined)
    wrong.push("DATABASE_URL is needed outside the demonstration");
  if (!demonstration && v.CLEARWAY_SECRET === undefined) {
    wrong.push("CLEARWAY_SECRET is needed outside the demonstration (openssl rand -hex 32)");
  }
  if (demonstration && v.CLEARWAY_HOST !== undefined && v.CLEARWAY_HOST !== "127.0.0.1") {
    wrong.push("CLEARWAY_HOST: a demonstration listens on 127.0.0.1 only");
  }
  if (wrong.length > 0) throw new ConfigurationError(problems(wrong));

  const secret = v.CLEARWAY_SECRET ?? "a demonstration keeps no secret worth having";
  return Object.freeze({
    production: v.NODE_ENV === "production",
    demonstration,
    databaseUrl: v.DATABASE_URL ?? "postgres://clearway@127.0.0.1:5432/clearway",
    dataDir: path.resolve(/*turbopackIgnore: true*/ v.CLEARWAY_DATA_DIR ?? ".data"),
    host: v.CLEARWAY_HOST ?? "127.0.0.1",
    port: v.PORT,
    publicUrl: (v.CLEARWAY_PUBLIC_URL ?? `http://127.0.0.1:${v.PORT}`).replace(/\/+$/, ""),
    oidcIssuer: v.CLEARWAY_OIDC_ISSUER,
    slotHostUrl: (v.CLEARWAY_SLOT_HOST_URL ?? "http://127.0.0.1:3010").replace(/\/+$/, ""),
    slotHostToken: createHmac("sha256", secret).update("slot host").digest("hex"),
    secret,
    admin: v.CLEARWAY_ADMIN,
    leaseSeconds: v.CLEARWAY_LEASE_SECONDS,
    imports: Object.freeze({
      allowsPrivate: v.CLEARWAY_IMPORT_ALLOW_PRIVATE === "1",
      directory: v.CLEARWAY_IMPORT_DIR,
    }),
    drainSeconds: v.CLEARWAY_DRAIN_SECONDS,
    failpoints: (v.CLEARWAY_FAILPOINTS ?? "").split(",").filter((name) => name !== ""),
  });
}

function isDemonstration(v: z.infer<typeof Variables>): boolean {
  if (v.CLEARWAY_DEMO !== undefined) return v.CLEARWAY_DEMO === "1";
  return v.DATABASE_URL === undefined && v.CLEARWAY_OIDC_ISSUER === undefined;
}

function problems(lines: readonly string[]): string {
  return `Clearway cannot start with this configuration:\n${lines.map((line) => `  - ${line}`).join("\n")}`;
}

/** The only reader of process.env outside scripts and configuration files. */
export const env: Env = parseEnv(process.env);
