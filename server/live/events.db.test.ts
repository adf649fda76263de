import { eq } from "drizzle-orm";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { grants } from "@/db/schema";
import { audited, givenGrant, givenPerson, givenProduct } from "@/db/testing/given";
import { createTestContext, type TestContext } from "@/db/testing/test-context";
import { type SystemActor, systemActor } from "@/domain/people/actor";
import { endSession, readActor, startSession } from "../auth/sessions";
import { liveBus } from "./bus";
import { liveEvents } from "./events";

let base: TestContext<SystemActor>;
const stop = new AbortController();
beforeAll(async () => {
  base = await createTestContext(systemActor("test"));
});
afterAll(async () => {
  stop.abort();
  await base.stop();
});

async function subscriber(productIds: string[]) {
  const person = await givenPerson(base.db);
  const held = [];
  for (const id of productIds) {
    held.push(await givenGrant(base.db, person.id, "developer", { kind: "product", id }));
  }
  const { token } = await startSession(base.db, person.id);
  const refreshActor = vi.fn(() => readActor(base.db, token, { renews: false }));
  const actor = await readActor(base.db, token);
  const events = liveEvents({ actor, refreshActor }, stop.signal, 10);
  expect(await events.next()).toMatchObject({ value: { topic: "everything" } });
  return { token, held, events, refreshActor };
}

const announce = (productId: string, id: string) =>
  liveBus().emit("heard", { kind: "event", event: { topic: "releases", id, productId } });

test("an ended session and a revoked grant are heard no further, others go on", async () => {
  const [kept, lost] = [await givenProduct(base.db), await givenProduct(base.db)];
  const leaving = await subscriber([kept.id]);
  const staying = await subscriber([kept.id, lost.id]);
  announce(lost.id, "before");
  expect(await staying.events.next()).toMatchObject({ value: { id: "before" } });

  await endSession(base.db, leaving.token);
  expect(await leaving.events.next()).toMatchObject({ done: true });

  await audited(base.db, (tx) =>
    tx
      .update(grants)
      .set({ revokedAt: new Date() })
      .where(eq(grants.id, staying.held[1]?.id ?? "")),
  );
  const seen = staying.refreshActor.mock.calls.length;
  // One may have begun before the grant went; when a second has begun after it, the first is over.
  await expect.poll(() => staying.refreshActor.mock.calls.length).toBeGreaterThan(seen + 1);
  announce(lost.id, "after");
  announce(kept.id, "kept");
  expect(await staying.events.next()).toMatchObject({ value: { id: "kept" } });
});
