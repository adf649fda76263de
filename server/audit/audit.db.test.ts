import { eq, sql } from "drizzle-orm";
import { Client } from "pg";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { auditEvents, products } from "@/db/schema";
import { givenGrant, givenPerson } from "@/db/testing/given";
import { createTestContext, type TestContext } from "@/db/testing/test-context";
import { type SystemActor, systemActor } from "@/domain/people/actor";
import type { Context } from "../context";
import { type Change, change } from "./change";
import { exportAudit } from "./csv";
import { verifyAudit } from "./verify";

let base: TestContext<SystemActor>;
let ctx: Context;

beforeEach(async () => {
  base = await createTestContext(systemActor("test"));
  ctx = base as unknown as Context;
});
afterEach(() => base.stop());

const entry = (label: string) => ({
  action: "product.created",
  subject: { type: "product", id: label, label },
});
const create = (key: string) => async (c: Change) => {
  await c.db.insert(products).values({ key, name: key });
  c.audit(entry(key));
};

describe("a governed change", () => {
  test("leaves its row and its audit row, or neither", async () => {
    await change(ctx, create("kept"));
    await expect(
      change(ctx, async (c) => {
        await create("lost")(c);
        throw new Error("afterwards");
      }),
    ).rejects.toThrow("afterwards");
    expect((await base.db.select().from(products)).map((row) => row.key)).toEqual(["kept"]);
    expect((await base.db.select().from(auditEvents)).map((row) => row.subjectLabel)).toEqual(["kept"]);
  });

  test("without an audit row does not commit", async () => {
    const silent = change(ctx, async (c) => {
      await c.db.insert(products).values({ key: "silent", name: "silent" });
    });
    await expect(silent).rejects.toMatchObject({ code: "AUDIT_MISSING" });
    expect(await base.db.select().from(products)).toEqual([]);
  });

  test("tells subscribers after it has committed, and nothing when it has not", async () => {
    const listener = new Client({ connectionString: base.url });
    await listener.connect();
    const heard: string[] = [];
    listener.on("notification", ({ payload }) => heard.push(JSON.parse(payload ?? "{}").id));
    await listener.query("listen clearway");
    const announcing = (key: string) => async (c: Change) => {
      await create(key)(c);
      c.announce({ topic: "settings", id: key, productId: null });
    };
    await expect(
      change(ctx, async (c) => {
        await announcing("undone")(c);
        throw new Error("no");
      }),
    ).rejects.toThrow();
    await change(ctx, announcing("done"));
    await expect.poll(() => heard).toEqual(["done"]);
    await listener.end();
  });

  test("keeps what people wrote, whatever it contains", async () => {
    const hostile = `'; drop table people; -- \u202e\u0000 \ud800 <script>alert(1)</script> 💸`;
    await change(ctx, async (c) => {
      await create("odd")(c);
      c.audit({ ...entry("x"), reason: hostile });
    });
    const rows = await base.db.select().from(auditEvents).orderBy(auditEvents.sequence);
    const { reason } = JSON.parse(rows[1]?.payload ?? "{}") as { reason: string };
    expect(reason).toContain("<script>alert(1)</script> 💸");
    expect(await verifyAudit(base.db)).toMatchObject({ isIntact: true, count: 2 });
  });

  test("fifty at once make one chain without gaps", async () => {
    await Promise.all(Array.from({ length: 50 }, (_, n) => change(ctx, create(`p${n}`))));
    expect(await verifyAudit(base.db)).toEqual({ isIntact: true, count: 50 });
  });
});

test("taking the trail away as a file is in the trail, with who and by which filter", async () => {
  const auditor = await givenPerson(base.db, { name: "Ada" });
  await givenGrant(base.db, auditor.id, "auditor");
  const grants = [{ role: "auditor" as const, scope: { kind: "organisation" as const, id: null } }];
  const actor = { kind: "person" as const, personId: auditor.id, name: "Ada", email: auditor.email, grants };
  const file: string[] = [];
  for await (const part of await exportAudit({ ...ctx, actor }, { action: "audit" })) file.push(part);
  const [row] = await base.db.select().from(auditEvents).where(eq(auditEvents.action, "audit.exported"));
  expect(row).toMatchObject({ actorName: "Ada", subjectLabel: "Audit trail" });
  expect(JSON.parse(row?.payload ?? "{}")).toMatchObject({ after: { filter: { action: "audit" } } });
  expect(file.join("").split("\r\n").filter(Boolean)).toHaveLength(2);
});

describe("tampering by somebody who owns the database is found at the first bad row", () => {
  const tampers: [string, string, number][] = [
    [
      "an edited payload",
      `update audit_events set payload = replace(payload, 'p3', 'p9') where sequence = 4`,
      4,
    ],
    ["an edited actor", `update audit_events set actor_name = 'Somebody else' where sequence = 2`, 2],
    ["an edited action", `update audit_events set action = 'nothing.happened' where sequence = 5`, 5],
    ["an edited moment", `update audit_events set at = at - interval '1 hour' where sequence = 3`, 3],
    ["an edited subject", `update audit_events set subject_id = 'other' where sequence = 6`, 6],
    ["an edited hash", `update audit_events set hash = sha256('x') where sequence = 3`, 3],
    ["an edited hash before", `update audit_events set previous_hash = sha256('x') where sequence = 3`, 3],
    ["a deleted row", `delete from audit_events where sequence = 4`, 4],
    ["a deleted first row", `delete from audit_events where sequence = 1`, 1],
    ["a deleted last row", `delete from audit_events where sequence = 8`, 8],
    ["renumbered rows", `update audit_events set sequence = 100 where sequence = 5`, 5],
    [
      "two rows swapped",
      `update audit_events set sequence = -1 where sequence = 3; update audit_events set sequence = 3 where sequence = 4; update audit_events set sequence = 4 where sequence = -1`,
      3,
    ],
    ["a rewound head", `update audit_head set sequence = 6`, 9],
  ];

  test.each(tampers)("%s", async (_, tamper, firstBad) => {
    for (let n = 0; n < 8; n++) await change(ctx, create(`p${n}`));
    const owner = new Client({ connectionString: base.url });
    await owner.connect();
    await owner.query("alter table audit_events disable trigger all");
    await owner.query(tamper);
    await owner.end();
    expect(await verifyAudit(base.db)).toMatchObject({ isIntact: false, sequence: firstBad });
  });

  test("an untouched chain verifies, also past one page", async () => {
    await change(ctx, async (c) => {
      for (let n = 0; n < 2_100; n++) c.audit(entry(`e${n}`));
    });
    expect(await verifyAudit(base.db)).toEqual({ isIntact: true, count: 2_100 });
    const [row] = await base.db.select().from(auditEvents).where(eq(auditEvents.sequence, sql`2100`));
    expect(row?.subjectLabel).toBe("e2099");
  });
});
