import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import type { Browser, Page } from "@playwright/test";
import pg from "pg";
import { startPostgres } from "../../scripts/platform/postgres.mjs";
import { type Account, type IdentityProvider, pickAccount, startIdentityProvider } from "./identity-provider";
import { freePorts } from "./ports";
import { type ReverseProxy, startReverseProxy } from "./reverse-proxy";
import { type Role, startRole, untilHealthy } from "./roles";
import { untilAlive } from "./test";

export type RealInstallationOptions = {
  accounts: readonly Account[];
  /** The subject of the first administrator; absent: nobody is named. */
  administrator?: string;
  webs?: number;
  workers?: number;
  /** A plain reverse proxy in front; always there with several webs. */
  proxy?: boolean;
  env?: Readonly<Record<string, string>>;
};

export type RealInstallation = {
  /** What people open: the proxy's address where there is one. */
  url: string;
  dataDir: string;
  databaseUrl: string;
  provider: IdentityProvider;
  webs: Role[];
  workers: Role[];
  /** What every process wrote that ever had a part in it, those that were killed too. */
  outputs: readonly (() => string)[];
  /** The variables that every process was given. */
  env: Readonly<Record<string, string>>;
  /** Starts the process of that place anew, with other variables if given. */
  restartWeb: (at: number, env?: Readonly<Record<string, string>>) => Promise<void>;
  restartWorker: (at: number, env?: Readonly<Record<string, string>>) => void;
  /** Plain SQL, as the owner of the database. */
  sql: <Row extends Record<string, unknown>>(text: string, values?: readonly unknown[]) => Promise<Row[]>;
  /** The same in a transaction that has an audit row, as everything governed demands. */
  governed: (text: string) => Promise<void>;
  stop: () => Promise<void>;
};

/** As every governed change: with an audit row in its transaction. */
const AUDIT = `insert into audit_events (payload) values ('{"action":"test.given","actor":{"id":null,"kind":"system","name":"Clearway (test)"},"after":null,"at":"2026-01-01T00:00:00.000Z","before":null,"reason":null,"subject":{"id":"given","label":"given","productId":null,"type":"test"}}')`;

/**
 * A real installation, no demonstration: a PostgreSQL and an identity provider of its own, webs and workers as an operator
 * starts them. It is empty: nobody has set it up. Needs a build.
 */
export async function startRealInstallation(options: RealInstallationOptions): Promise<RealInstallation> {
  const { webs: webCount = 1, workers: workerCount = 0 } = options;
  const dataDir = fs.mkdtempSync(path.join(os.tmpdir(), "clearway-real-"));
  fs.chmodSync(dataDir, 0o711);
  const hasProxy = options.proxy ?? webCount > 1;
  const [front = 0, slotHost = 0, ...ports] = await freePorts(2 + webCount);
  const publicPort = hasProxy ? front : (ports[0] ?? 0);
  const url = `http://127.0.0.1:${publicPort}`;
  const [postgres, provider] = await Promise.all([
    startPostgres({ directory: path.join(dataDir, "postgres"), settings: { fsync: "off" } }),
    startIdentityProvider([url], options.accounts),
  ]);
  const env: Record<string, string> = {
    DATABASE_URL: postgres.url,
    CLEARWAY_DATA_DIR: dataDir,
    CLEARWAY_DEMO: "0",
    CLEARWAY_SECRET: "only for this test, but long enough for it",
    CLEARWAY_PUBLIC_URL: url,
    CLEARWAY_SLOT_HOST_URL: `http://127.0.0.1:${slotHost}`,
    CLEARWAY_DRAIN_SECONDS: "1",
    CLEARWAY_OIDC_ISSUER: provider.issuer,
    CLEARWAY_OIDC_CLIENT_ID: provider.clientId,
    CLEARWAY_OIDC_CLIENT_SECRET: provider.clientSecret,
    CLEARWAY_OIDC_NAME: "Meridian ID",
    CLEARWAY_ADMIN: options.administrator ? `${provider.issuer} ${options.administrator}` : "",
    ...options.env,
  };
  const webs: Role[] = [];
  const workers: Role[] = [];
  const outputs: (() => string)[] = [];
  const start = (role: "web" | "worker", variables: Record<string, string>) => {
    const started = startRole(role, variables);
    outputs.push(started.output);
    return started;
  };
  const pool = new pg.Pool({ connectionString: postgres.url, max: 2 });
  pool.on("error", () => undefined);
  let proxy: ReverseProxy | null = null;
  const stop = async () => {
    await proxy?.stop();
    await pool.end();
    await Promise.all([...webs, ...workers].map((role) => role.kill()));
    await provider.kill();
    await postgres.stop();
    fs.rmSync(dataDir, { recursive: true, force: true });
  };
  const startWeb = async (at: number, also: Readonly<Record<string, string>> = {}) => {
    const port = ports[at] ?? 0;
    const web = start("web", { ...env, ...also, PORT: String(port) });
    webs[at] = web;
    await untilHealthy(port).catch((error: Error) => {
      throw new Error(`${error.message}; it said: ${web.output()}`);
    });
  };
  try {
    await migrate(env);
    await Promise.all(ports.map((_, at) => startWeb(at)));
    if (hasProxy) proxy = await startReverseProxy(ports, front);
  } catch (error) {
    await stop();
    throw error;
  }
  for (let at = 0; at < workerCount; at += 1) workers[at] = start("worker", env);

  return {
    url,
    dataDir,
    databaseUrl: postgres.url,
    provider,
    webs,
    workers,
    outputs,
    env,
    async restartWeb(at, also) {
      await webs[at]?.kill();
      await startWeb(at, also);
    },
    restartWorker(at, also = {}) {
      workers[at] = start("worker", { ...env, ...also });
    },
    sql: async <Row extends Record<string, unknown>>(text: string, values: readonly unknown[] = []) =>
      (await pool.query<Row>(text, [...values])).rows,
    async governed(text) {
      await pool.query(`begin; ${text}; ${AUDIT}; commit`);
    },
    stop,
  };
}

async function migrate(env: Record<string, string>): Promise<void> {
  const role = startRole("migrate", env);
  const code = await role.ended;
  if (code !== 0) throw new Error(`migrating ended with ${code}: ${role.output()}`);
}

/** Signs somebody in by the button and the provider's page, in a browser context of their own. */
export async function signInAt(
  installation: RealInstallation,
  browser: Browser,
  name: string,
  path = "/",
): Promise<Page> {
  const context = await browser.newContext({ baseURL: installation.url });
  const page = await context.newPage();
  await page.goto(path);
  await page.getByRole("link", { name: "Sign in with Meridian ID" }).click();
  await pickAccount(page, name);
  await page.waitForURL((address) => address.origin === installation.url);
  await untilAlive(page);
  return page;
}

/** What the first administrator would have entered: groups and their roles, everywhere. Nobody administers then. */
export async function givenSetUp(
  installation: RealInstallation,
  groups: readonly (readonly [groupName: string, role: string])[],
): Promise<void> {
  const rows = groups.map(([group, role]) => `('${group}', '${role}', 'organisation')`).join(", ");
  await installation.governed(
    `insert into group_roles (group_name, role, scope_kind) values ${rows};
     insert into installations (organisation_name, is_runner_enabled, set_up_at) values ('Meridian Payments', true, now())`,
  );
}

/** Everybody's own tab, signed in the first time they are needed. */
export function signedInAt(installation: () => RealInstallation) {
  const pages = new Map<string, Page>();
  return {
    async as(browser: Browser, { name }: { name: string }): Promise<Page> {
      const known = pages.get(name);
      if (known) return known;
      const page = await signInAt(installation(), browser, name);
      pages.set(name, page);
      return page;
    },
    async everybodyLeaves(): Promise<void> {
      for (const page of pages.values()) await page.context().close();
    },
  };
}
