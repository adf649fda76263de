import { expect, test } from "@playwright/test";
import { PERMISSIONS, type Permission } from "@/domain/permissions";
import { PAGE_ACCESS, PROCEDURE_ACCESS, ROUTE_ACCESS } from "@/server/trpc/access-table";
import { GIT_CELLS, PAGE_CELLS, PAGE_SCOPES, ROUTE_CELLS } from "./permission-places";
import { MIXED_CELLS, MUTATIONS, PROCEDURE_CELLS } from "./permission-procedures";
import { CANARIES, type Cell, REACHES, type Row, SCOPES, type Scope } from "./permission-scopes";
import { type Asker, type PermissionWorld, startPermissionWorld } from "./support/permission-world";
import { type Answer, inTurns, type PlainHttp, plainHttp } from "./support/plain-http";

/**
 * Every procedure, page, route handler and git address, by plain HTTP against the production build, for every role in
 * every scope, a person without a role and nobody. What is expected follows from permission-scopes.ts.
 */
let world: PermissionWorld;
let http: PlainHttp;
/** Every body that a person with a scope was given: none may hold a word of what is not theirs. */
let leaks: string[];

test.beforeAll(async () => {
  test.setTimeout(120_000);
  world = await startPermissionWorld();
  http = plainHttp(world.real.url);
});
test.beforeEach(() => {
  leaks = [];
});
test.afterAll(async () => {
  http?.close();
  await world?.real.stop();
});

const NOBODY: Asker = { name: "nobody", role: null, scope: null, cookie: "", token: "" };

function holds(asker: Asker, permission: Permission | "signedIn" | "anyone"): boolean {
  if (permission === "signedIn" || permission === "anyone") return true;
  return asker.role !== null && (PERMISSIONS[permission] as readonly string[]).includes(asker.role);
}

function reaches(asker: Asker, row: Row): boolean {
  const scopes: readonly Scope[] = REACHES[row];
  return row === "all" || (asker.scope !== null && scopes.includes(asker.scope));
}

function noteLeaks(asker: Asker, what: string, { body }: Answer): void {
  const text = body.toLowerCase();
  for (const [word, readers] of Object.entries(CANARIES)) {
    if (asker.scope !== null && readers.includes(asker.scope)) continue;
    // An address that was asked for comes back in the page: that tells its asker nothing.
    if (what.includes(word.toLowerCase())) continue;
    if (text.includes(word.toLowerCase())) leaks.push(`${what} as ${asker.name} holds ${word}`);
  }
}

type Refusal = { message: string; data: { code: string; refusal: string | null; fields: unknown } };

function refusalOf(answer: Answer): Refusal | null {
  try {
    return (JSON.parse(answer.body) as { error?: { json: Refusal } }).error?.json ?? null;
  } catch {
    return null;
  }
}

/** How an answer counts: a status where permission said no, else "OK", "HELD" or the domain's refusal. */
function outcomeOf(answer: Answer): string {
  const refusal = refusalOf(answer);
  if (!refusal) return answer.status === 200 ? "OK" : `status ${answer.status}`;
  const { refusal: code, fields } = refusal.data;
  if (fields) return `an input that is not accepted: ${JSON.stringify(fields)}`;
  if (code === "TOO_LATE" && /while cells are walked/.test(refusal.message)) return "HELD";
  if (code === "UNAUTHENTICATED" || code === "FORBIDDEN" || code === "NOT_FOUND")
    return String(answer.status);
  return code ?? `status ${answer.status}`;
}

function expectedOf(path: string, cell: Cell, asker: Asker): readonly string[] {
  if (asker === NOBODY) return ["401"];
  if (!holds(asker, PROCEDURE_ACCESS[path] ?? "signedIn")) return ["403"];
  if (!reaches(asker, cell.row)) return ["404"];
  if (cell.roles && !(asker.role && cell.roles.includes(asker.role))) return [String(cell.lacking ?? 403)];
  return cell.granted ?? [MUTATIONS.has(path) ? "HELD" : "OK"];
}

test("the tables name every procedure, page and route handler, and no other", () => {
  expect(Object.keys(PROCEDURE_CELLS).sort()).toEqual(
    Object.keys(PROCEDURE_ACCESS)
      .filter((path) => path !== "live.events")
      .sort(),
  );
  expect(Object.keys(PAGE_CELLS).sort()).toEqual(Object.keys(PAGE_ACCESS).sort());
  const handlers = Object.keys(ROUTE_CELLS).filter((file) => file.startsWith("app/"));
  expect(handlers.sort()).toEqual(Object.keys(ROUTE_ACCESS).sort());
  expect(world.askers).toHaveLength(7 * SCOPES.length + 1);
});

test("every procedure for everybody", async () => {
  test.setTimeout(600_000);
  const wrong: string[] = [];
  let answered = 0;
  const cells = Object.entries(PROCEDURE_CELLS).flatMap(([path, cell]) =>
    [...world.askers, NOBODY].map((asker) => ({ path, cell, asker })),
  );
  const began = Date.now();
  await inTurns(cells, async ({ path, cell, asker }) => {
    const ask = (target: PermissionWorld["ours"]) =>
      http.call(path, MUTATIONS.has(path) ? "mutation" : "query", cell.input?.(target), asker.cookie);
    const answer = await ask(world.ours);
    answered += 1;
    noteLeaks(asker, path, answer);
    const outcome = outcomeOf(answer);
    const expected = expectedOf(path, cell, asker);
    if (!expected.includes(outcome)) {
      wrong.push(
        `${path} as ${asker.name}: ${outcome}, not ${expected.join(" or ")}: ${answer.body.slice(0, 160)}`,
      );
    }
    const namesRow = JSON.stringify(cell.input?.(world.ours)) !== JSON.stringify(cell.input?.(world.absent));
    if (outcome !== "404" || !namesRow) return;
    // What may not be known to exist is answered in the very words of what does not exist.
    const nothing = await ask(world.absent);
    answered += 1;
    if (nothing.status !== answer.status || nothing.body !== answer.body) {
      wrong.push(`${path} as ${asker.name} tells what exists: ${answer.body} / ${nothing.body}`);
    }
  });
  console.log(`${answered} cells of procedures in ${Math.round((Date.now() - began) / 1000)} s`);
  expect.soft(wrong).toEqual([]);
  expect.soft(leaks).toEqual([]);
});

test("rows of others beside one's own are as if they did not exist", async () => {
  for (const cell of MIXED_CELLS) {
    const asker = world.askers.find(({ role, scope }) => role === cell.role && scope === cell.scope);
    const type = MUTATIONS.has(cell.procedure) ? "mutation" : "query";
    const foreign = await http.call(
      cell.procedure,
      type,
      cell.input(world.ours, world.theirs),
      asker?.cookie,
    );
    const absent = await http.call(cell.procedure, type, cell.like(world.ours, world.absent), asker?.cookie);
    expect.soft(outcomeOf(foreign), cell.name).toBe("404");
    expect.soft(foreign.body, cell.name).toBe(absent.body);
  }
});

const DOCUMENT = { accept: "text/html", "sec-fetch-mode": "navigate", "sec-fetch-dest": "document" };

test("every page for everybody", async () => {
  test.setTimeout(600_000);
  const wrong: string[] = [];
  const isTried = ({ scope }: Asker, row: Row) =>
    scope === null || PAGE_SCOPES.includes(scope) || (row === "organisation" && scope === "organisation");
  const cells = Object.entries(PAGE_CELLS).flatMap(([file, cell]) =>
    [...world.askers, NOBODY]
      .filter((asker) => isTried(asker, cell.row))
      .map((asker) => ({ file, cell, asker })),
  );
  const began = Date.now();
  await inTurns(cells, async ({ file, cell, asker }) => {
    const path = cell.path(world.ours);
    const answer = await http.ask(path, {
      headers: { ...DOCUMENT, ...(asker.cookie ? { cookie: asker.cookie } : {}) },
    });
    noteLeaks(asker, path, answer);
    const permission = (PAGE_ACCESS[file] ?? "signedIn") as Permission | "signedIn" | "anyone";
    const expected = () => {
      if (asker === NOBODY) return cell.anonymous?.status ?? 307;
      if (!holds(asker, permission)) return 403;
      return reaches(asker, cell.row) ? (cell.granted ?? 200) : (cell.beyond ?? 404);
    };
    if (answer.status !== expected())
      wrong.push(`${path} as ${asker.name}: ${answer.status}, not ${expected()}`);
    if (asker !== NOBODY || answer.status !== 307) return;
    const signIn = path === "/" ? "/sign-in" : `/sign-in?next=${encodeURIComponent(path)}`;
    const location = cell.anonymous?.location ?? signIn;
    if (answer.headers.location !== location) wrong.push(`${path} as nobody: to ${answer.headers.location}`);
  });
  console.log(`${cells.length} cells of pages in ${Math.round((Date.now() - began) / 1000)} s`);
  expect.soft(wrong).toEqual([]);
  expect.soft(leaks).toEqual([]);
});

test("every route handler for everybody", async () => {
  const wrong: string[] = [];
  const cells = Object.values(ROUTE_CELLS).flatMap((cell) =>
    [...world.askers, NOBODY].map((asker) => ({ cell, asker })),
  );
  await inTurns(cells, async ({ cell, asker }) => {
    const path = cell.path(world.ours);
    const headers = asker.cookie ? { cookie: asker.cookie } : {};
    const answer = await http.ask(path, { headers });
    noteLeaks(asker, path, answer);
    const expected = () => {
      if (cell.permission === null) return cell.granted ?? 200;
      if (asker === NOBODY) return 401;
      // A row's own address says 404 to whoever has no way to know of it; a list says that the role is missing.
      if (!holds(asker, cell.permission)) return cell.row === "all" ? 403 : 404;
      return reaches(asker, cell.row) ? 200 : 404;
    };
    if (answer.status !== expected()) {
      wrong.push(
        `${path} as ${asker.name}: ${answer.status}, not ${expected()}: ${answer.body.slice(0, 100)}`,
      );
    }
    if (answer.status !== 404 || cell.path(world.absent) === path) return;
    const nothing = await http.ask(cell.path(world.absent), { headers });
    if (nothing.status !== 404 || nothing.body !== answer.body) {
      wrong.push(`${path} as ${asker.name} tells what exists: ${answer.body} / ${nothing.body}`);
    }
  });
  console.log(`${cells.length} cells of route handlers`);
  expect.soft(wrong).toEqual([]);
  expect.soft(leaks).toEqual([]);
});

test("git for everybody", async () => {
  const wrong: string[] = [];
  const cells = GIT_CELLS.flatMap((cell) => [...world.askers, NOBODY].map((asker) => ({ cell, asker })));
  await inTurns(
    cells,
    async ({ cell, asker }) => {
      const authorization = `Basic ${Buffer.from(`git:${asker.token}`).toString("base64")}`;
      const headers = asker.token ? { authorization } : {};
      const answer = await http.ask(cell.path(world.ours), { headers });
      noteLeaks(asker, `git ${cell.name}`, answer);
      const expected = () => {
        if (asker === NOBODY) return 401;
        if (!holds(asker, "git.read") || !reaches(asker, "product")) return 404;
        return holds(asker, cell.permission) ? 200 : cell.lacking;
      };
      if (answer.status !== expected()) {
        wrong.push(
          `git ${cell.name} as ${asker.name}: ${answer.status}, not ${expected()}: ${answer.body.slice(0, 100)}`,
        );
      }
      if (answer.status !== 404) return;
      const nothing = await http.ask(cell.path(world.absent), { headers });
      if (nothing.status !== 404 || nothing.body !== answer.body) {
        wrong.push(`git ${cell.name} as ${asker.name} tells what exists: ${answer.body} / ${nothing.body}`);
      }
    },
    2,
  );
  console.log(`${cells.length} cells of git`);
  expect.soft(wrong).toEqual([]);
  expect.soft(leaks).toEqual([]);
});
