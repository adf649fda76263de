import { afterAll, beforeAll, expect, test } from "vitest";
import { createClient, createPool } from "@/db/client";
import { type ClonedDatabase, cloneDatabase } from "@/db/testing/cloned-database";
import { advisoryLock } from "./advisory-lock";

let database: ClonedDatabase;
beforeAll(async () => {
  database = await cloneDatabase();
});
afterAll(() => database.drop());

/** Two processes, as far as PostgreSQL can tell. */
function two() {
  const clients = [1, 2].map(() =>
    createClient(createPool(database.url, { max: 2, connectionTimeoutMillis: 10_000 })),
  );
  const [here, there] = clients;
  if (!here || !there) throw new Error("two were made");
  return { here, there, end: () => Promise.all(clients.map((one) => one.$client.end())) };
}

/** Held until it is told otherwise. */
async function held(lock: ReturnType<typeof advisoryLock>, db: ReturnType<typeof two>["here"]) {
  let letGo: () => void = () => undefined;
  const until = new Promise<void>((resolve) => {
    letGo = resolve;
  });
  let done: Promise<void> = Promise.resolve();
  await new Promise<void>((taken) => {
    done = lock(db, "one", () => {
      taken();
      return until;
    });
  });
  return { letGo, done };
}

test("whoever comes while somebody works waits longer than a statement waits for a lock, and comes in then", async () => {
  const { here, there, end } = two();
  const lock = advisoryLock(7, 2);
  const other = advisoryLock(7, 2);
  const first = await held(lock, here);
  const order: string[] = [];
  const second = other(there, "one", async () => void order.push("second"));
  await other(there, "another", async () => void order.push("another key"));
  await new Promise((resolve) => setTimeout(resolve, 3_500));
  order.push("first is done");
  first.letGo();
  await Promise.all([first.done, second]);
  expect(order).toEqual(["another key", "first is done", "second"]);
  await end();
});

test("whoever has waited long enough is refused, and holds nothing", async () => {
  const { here, there, end } = two();
  const first = await held(advisoryLock(7, 2), here);
  const impatient = advisoryLock(7, 2, 300);
  await expect(impatient(there, "one", async () => "never")).rejects.toMatchObject({ code: "STALE_WRITE" });
  first.letGo();
  await first.done;
  expect(await impatient(there, "one", async () => "now")).toBe("now");
  await end();
});
