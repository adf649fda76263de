import { expect, test } from "vitest";
import { TOPICS } from "@/domain/live/topics";
import { concerns, routersOf } from "./topics-of-queries";

const key = (path: string, input?: unknown) => [path.split("."), { input, type: "query" }];

test("every topic refreshes something", () => {
  for (const topic of TOPICS) expect(routersOf(topic)).not.toEqual([]);
});

test("a deployment refreshes the matrix and the cards that wait for it", () => {
  const routers = routersOf("deployments");
  expect(routers.some((router) => concerns(router, key("environments.matrix")))).toBe(true);
  expect(routers.some((router) => concerns(router, key("promotions.get", { number: 1 })))).toBe(true);
});

test("what a revision contains is not asked for twice", () => {
  expect(concerns("promotions", key("promotions.changes", { number: 1, revision: 2 }))).toBe(false);
  expect(concerns("everything", key("promotions.diff", { number: 1, revision: 2 }))).toBe(false);
});

test("a lost connection puts everything else in doubt", () => {
  expect(concerns("everything", key("settings.get"))).toBe(true);
});
