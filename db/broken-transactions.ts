import type { PoolClient } from "pg";

/**
 * drizzle takes a connection for a transaction and gives it back only once `begin` was answered: one that broke at that
 * word would be missing from the pool for good, and after ten such a process is busy until it is restarted. One whose
 * `rollback` was not answered would come back with the transaction still open, for whoever is next. Neither is used again.
 */
export function giveUpBroken(client: PoolClient): void {
  const query = client.query;
  client.query = ((config: unknown, ...rest: unknown[]) => {
    const answer: unknown = Reflect.apply(query, client, [config, ...rest]);
    const text = textOf(config);
    if (answer instanceof Promise && /^begin\b/.test(text))
      answer.catch((error: Error) => client.release(error));
    // drizzle gives it back itself; a connection that is ending is not kept then.
    if (answer instanceof Promise && text === "rollback") answer.catch(() => void endOf(client));
    return answer;
  }) as typeof client.query;
}

/** drizzle asks by objects; what we write by hand is text, and its writer gives the connection back. */
function textOf(config: unknown): string {
  const isAsked = typeof config === "object" && config !== null && "text" in config;
  return isAsked && typeof config.text === "string" ? config.text : "";
}

/** The pool's type leaves out that its connections are clients, which can end. */
function endOf(client: PoolClient): Promise<void> {
  return (client as unknown as { end: () => Promise<void> }).end().catch(() => undefined);
}
