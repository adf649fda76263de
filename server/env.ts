import { createHmac } from "node:crypto";
import path from "node:path";
import { z } from "zod";

const text = z.string().trim().min(1).optional();
const flag = z.enum(["0", "1"], "must be 0 or 1").optional();
const httpUrl = z.url({ protocol: /^https?$/, error: "must be an http(s) URL" });
const loopback = /^(127\.0\.0\.1|localhost|\[::1\])$/;
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
  CLEARWAY_OIDC_CLIENT_ID: text,
  CLEARWAY_OIDC_CLIENT_SECRET: text,
  CLEARWAY_OIDC_GROUPS_CLAIM: text,
  CLEARWAY_OIDC_NAME: text,
  CLEARWAY_OIDC_SCOPES: text,
  CLEARWAY_PUBLIC_URL: httpUrl.optional(),
  CLEARWAY_SESSION_HOURS: z.coerce.number("must be a number of hours").min(1).max(720).default(24),
  CLEARWAY_SESSION_IDLE_MINUTES: z.coerce
    .number("must be a number of minutes")
    .min(1)
    .max(43_200)
    .default(480),
  CLEARWAY_SECRET: z.string().min(32, "must have at least 32 characters").optional(),
  CLEARWAY_SLOT_HOST_URL: httpUrl.optional(),
});

/** Its message is all a person needs; the stack says nothing more. */
export class ConfigurationError extends Error {}

/** The identity provider of a real installation. */
export type OidcSettings = {
  /** As the provider calls itself, without a slash at the end. */
  readonly issuer: string;
  readonly clientId: string;
  /** Absent for a public client: PKCE protects the code either way. */
  readonly clientSecret: string | undefined;
  /** The claim that lists a person's groups. */
  readonly groupsClaim: string;
  readonly scopes: string;
  /** What the provider is called on the sign-in button. */
  readonly name: string;
};

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
  readonly oidc: OidcSettings | undefined;
  readonly slotHostUrl: string;
  /** Derived from the secret: worker and slot host know it without being told. */
  readonly slotHostToken: string;
  readonly secret: string;
  /** The first administrator of a real installation: `<issuer> <subject>`. */
  readonly admin: { readonly issuer: string; readonly subject: string } | undefined;
  /** A session ends after so long without a request. */
  readonly sessionIdleSeconds: number;
  /** A session ends after so long, however much it is used. */
  readonly sessionSeconds: number;
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
  if (v.CLEARWAY_PUBLIC_URL !== undefined && isOpenHttp(v.CLEARWAY_PUBLIC_URL)) {
    wrong.push(
      "CLEARWAY_PUBLIC_URL must be https: over http session cookies can be read on the way; http is for this machine only (127.0.0.1, localhost)",
    );
  }
  wrong.push(...wrongSignIn(v));
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
    oidc: oidcSettings(v),
    slotHostUrl: (v.CLEARWAY_SLOT_HOST_URL ?? "http://127.0.0.1:3010").replace(/\/+$/, ""),
    slotHostToken: createHmac("sha256", secret).update("slot host").digest("hex"),
    secret,
    admin: administrator(v.CLEARWAY_ADMIN),
    sessionIdleSeconds: Math.round(v.CLEARWAY_SESSION_IDLE_MINUTES * 60),
    sessionSeconds: Math.round(v.CLEARWAY_SESSION_HOURS * 3600),
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

/** http to another machine than this one. */
function isOpenHttp(address: string): boolean {
  const { protocol, hostname } = new URL(address);
  return protocol === "http:" && !loopback.test(hostname);
}

function wrongSignIn(v: z.infer<typeof Variables>): string[] {
  const wrong: string[] = [];
  if (v.CLEARWAY_OIDC_ISSUER !== undefined) {
    if (isOpenHttp(v.CLEARWAY_OIDC_ISSUER)) {
      wrong.push(
        "CLEARWAY_OIDC_ISSUER must be https: what goes over http can be read and changed on the way",
      );
    }
    if (v.CLEARWAY_OIDC_CLIENT_ID === undefined) {
      wrong.push("CLEARWAY_OIDC_CLIENT_ID is needed with CLEARWAY_OIDC_ISSUER");
    }
  } else if (v.CLEARWAY_OIDC_CLIENT_ID !== undefined) {
    wrong.push("CLEARWAY_OIDC_ISSUER is needed with CLEARWAY_OIDC_CLIENT_ID");
  }
  if (v.CLEARWAY_OIDC_SCOPES !== undefined && !v.CLEARWAY_OIDC_SCOPES.split(/\s+/).includes("openid")) {
    wrong.push("CLEARWAY_OIDC_SCOPES must contain openid");
  }
  if (v.CLEARWAY_ADMIN !== undefined && administrator(v.CLEARWAY_ADMIN) === undefined) {
    wrong.push(
      "CLEARWAY_ADMIN must be an issuer and a subject with a space between: https://id.example 00u1a2b3",
    );
  }
  return wrong;
}

function oidcSettings(v: z.infer<typeof Variables>): OidcSettings | undefined {
  if (v.CLEARWAY_OIDC_ISSUER === undefined || v.CLEARWAY_OIDC_CLIENT_ID === undefined) return undefined;
  return Object.freeze({
    issuer: withoutSlash(v.CLEARWAY_OIDC_ISSUER),
    clientId: v.CLEARWAY_OIDC_CLIENT_ID,
    clientSecret: v.CLEARWAY_OIDC_CLIENT_SECRET,
    groupsClaim: v.CLEARWAY_OIDC_GROUPS_CLAIM ?? "groups",
    scopes: v.CLEARWAY_OIDC_SCOPES ?? "openid profile email",
    name: v.CLEARWAY_OIDC_NAME ?? new URL(v.CLEARWAY_OIDC_ISSUER).hostname,
  });
}

function administrator(given: string | undefined): Env["admin"] {
  const [issuer, subject, ...more] = given?.split(/\s+/) ?? [];
  if (!issuer || !subject || more.length > 0 || !/^https?:\/\//.test(issuer)) return undefined;
  return Object.freeze({ issuer: withoutSlash(issuer), subject });
}

function withoutSlash(url: string): string {
  return url.replace(/\/+$/, "");
}

function problems(lines: readonly string[]): string {
  return `Clearway cannot start with this configuration:\n${lines.map((line) => `  - ${line}`).join("\n")}`;
}

/** The only reader of process.env outside scripts and configuration files. */
export const env: Env = parseEnv(process.env);

// next-auth knows its own address from here and nowhere else; what a request's Host says is not to be trusted.
process.env.NEXTAUTH_URL = env.publicUrl;
