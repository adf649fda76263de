import { type ChildProcess, spawn } from "node:child_process";
import path from "node:path";
import type { Page } from "@playwright/test";
import { freePorts } from "./ports";

/** Somebody the provider knows. Without `groups` the claim is absent. */
export type Account = {
  subject: string;
  name: string;
  email?: string;
  emailVerified?: boolean;
  groups?: unknown;
};

/** What the provider does wrong from now on. Paths are its own: /token, /jwks, /auth, /.well-known/openid-configuration. */
export type ProviderFaults = {
  delayMs?: Record<string, number>;
  answers?: Record<string, { status: number; body: unknown }>;
  /** Its clock differs by so much. */
  clockSeconds?: number;
  nonce?: string;
  /** It publishes other keys than it signs with. */
  foreignKeys?: boolean;
};

export type IdentityProvider = {
  issuer: string;
  clientId: string;
  clientSecret: string;
  setAccounts: (accounts: readonly Account[]) => Promise<void>;
  setFaults: (faults: ProviderFaults) => Promise<void>;
  /** Gone, without a word. */
  kill: () => Promise<void>;
  /** Back at the same address, with new keys and without memory of who was signed in. */
  start: () => Promise<void>;
};

/** A real OpenID provider on loopback. `clientUrls`: where Clearway will be. Ends with this process at the latest. */
export async function startIdentityProvider(
  clientUrls: readonly string[],
  accounts: readonly Account[],
): Promise<IdentityProvider> {
  const [port = 0] = await freePorts(1);
  const client = { clientId: "clearway", clientSecret: "a secret between the two of them" };
  const known = { accounts, faults: {} as ProviderFaults };
  let child: ChildProcess | undefined;
  const tell = async () => {
    const body = JSON.stringify(known);
    await fetch(`http://127.0.0.1:${port}/control`, { method: "POST", body });
  };
  const provider: IdentityProvider = {
    issuer: `http://127.0.0.1:${port}`,
    ...client,
    async setAccounts(given) {
      known.accounts = given;
      await tell();
    },
    async setFaults(given) {
      known.faults = given;
      await tell();
    },
    async kill() {
      const dying = child;
      child = undefined;
      if (!dying || dying.exitCode !== null || dying.signalCode !== null) return;
      const ended = new Promise((resolve) => dying.once("exit", resolve));
      dying.kill("SIGKILL");
      await ended;
    },
    async start() {
      child = await launch(JSON.stringify({ port, ...client, clientUrls }));
      await tell();
    },
  };
  await provider.start();
  return provider;
}

async function launch(configuration: string): Promise<ChildProcess> {
  const program = path.join(process.cwd(), "e2e/support/identity-provider-process.mjs");
  const child = spawn(process.execPath, [program, configuration], { stdio: ["pipe", "pipe", "pipe"] });
  let said = "";
  child.stderr.on("data", (chunk: Buffer) => {
    said += chunk;
  });
  await new Promise<void>((resolve, reject) => {
    child.stdout.once("data", () => resolve());
    child.once("exit", (code) => reject(new Error(`the identity provider ended with ${code}: ${said}`)));
  });
  return child;
}

/** On the provider's page: says who one is. Where the provider still knows somebody, it does not ask. */
export async function pickAccount(page: Page, name: string): Promise<void> {
  await page.getByRole("heading", { name: "Who are you?" }).waitFor();
  await page.getByRole("button", { name, exact: true }).click();
}
