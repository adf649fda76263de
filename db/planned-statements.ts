import type { PoolClient } from "pg";

/** PostgreSQL keeps the plan of what has a name. The same threshold as JDBC's: what is asked once or twice is not worth it. */
const ASKED_BEFORE = 5;
/** A backend keeps every plan until it ends: so many at most, of the first that are asked often. */
const MAX_NAMED = 250;
const MAX_COUNTED = 2_000;

type Statement = { asked: number; name?: string };

/** What this process asks, by its text: the same text has the same name on every connection. */
export class PlannedStatements {
  readonly #statements = new Map<string, Statement>();
  #named = 0;

  /** The name under which a statement is planned once a connection; none where that would not pay. */
  nameOf(text: string): string | undefined {
    if (!/^\s*(select|with)\b/i.test(text)) return undefined;
    const statement = this.#statements.get(text) ?? this.#begin(text);
    statement.asked += 1;
    if (statement.name === undefined && statement.asked > ASKED_BEFORE && this.#named < MAX_NAMED) {
      statement.name = `clearway_${this.#named}`;
      this.#named += 1;
    }
    return statement.name;
  }

  #begin(text: string): Statement {
    if (this.#statements.size >= MAX_COUNTED) {
      for (const [known, { name }] of this.#statements)
        if (name === undefined) this.#statements.delete(known);
    }
    const statement = { asked: 0 };
    this.#statements.set(text, statement);
    return statement;
  }

  /**
   * Planning takes longer than running for most of what a page reads. Only plain queries with a text of their own are named;
   * PostgreSQL itself decides whether one plan serves all values.
   */
  attach(client: PoolClient): void {
    const query = client.query;
    const named = (config: unknown): unknown => {
      if (!isPlain(config)) return config;
      const name = this.nameOf(config.text);
      return name === undefined ? config : { ...config, name };
    };
    client.query = ((config: unknown, ...rest: unknown[]) =>
      Reflect.apply(query, client, [named(config), ...rest])) as typeof client.query;
  }
}

function isPlain(config: unknown): config is { text: string } {
  if (typeof config !== "object" || config === null || "submit" in config) return false;
  return "text" in config && typeof config.text === "string" && !("name" in config && config.name);
}
