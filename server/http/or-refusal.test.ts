import { afterEach, expect, test, vi } from "vitest";
import { notFound } from "@/domain/errors";
import { asTrpcError } from "../trpc/init";
import { orRefusal } from "./or-refusal";

const request = new Request("http://clearway.example/api/audit?actor=Ada");
const failing = (error: unknown) => orRefusal(request, () => Promise.reject(error));
const gone = Object.assign(new Error("connect ECONNREFUSED 127.0.0.1:5432"), { code: "ECONNREFUSED" });

afterEach(() => vi.restoreAllMocks());

test("what succeeds is answered as it is", async () => {
  const answer = new Response("a,b\r\n");
  expect(await orRefusal(request, async () => answer)).toBe(answer);
});

test.each([
  ["a query", gone],
  ["a query of the ORM", new Error("Failed query: select 1", { cause: gone })],
  ["the session", asTrpcError(gone)],
])("while the database is away for %s, the answer means later and says so", async (_, error) => {
  const answer = await failing(error);
  expect(answer.status).toBe(503);
  expect(answer.headers.get("retry-after")).toBe("2");
  expect(await answer.text()).toBe("The database cannot be reached right now. Nothing was changed.\n");
});

test("a refusal keeps its status and its sentence", async () => {
  const answer = await failing(notFound("job"));
  expect(answer.status).toBe(404);
  expect(await answer.text()).toBe("There is no such job, or you may not see it.\n");
});

test("what the database refuses is answered by the code that its trigger names", async () => {
  const refused = Object.assign(new Error("IMMUTABLE: this is kept for good"), { code: "P0001" });
  const answer = await failing(new Error("Failed query", { cause: refused }));
  expect(answer.status).toBe(409);
  expect(await answer.text()).toBe("This is kept for good.\n");
});

test("what is broken is in the log, and its answer gives nothing of it away but where to find it", async () => {
  const log = vi.spyOn(console, "error").mockImplementation(() => undefined);
  const answer = await failing(new Error("column secret does not exist"));
  expect(answer.status).toBe(500);
  const [, reference] = /Reference ([0-9a-f]{8})\./.exec(await answer.text()) ?? [];
  const line = JSON.parse(String(log.mock.calls[0]?.[0]));
  expect(line).toMatchObject({ path: "/api/audit", error: "Error: column secret does not exist" });
  expect(line.requestId).toMatch(new RegExp(`^${reference}`));
});
