import { dehydrate, hydrate, QueryClient } from "@tanstack/react-query";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { type LateArrivals, watchLateArrivals } from "./late-arrivals";

const KEY = [["promotions", "get"], { input: { number: 1 }, type: "query" }];
let client: QueryClient;
let late: LateArrivals;

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["Date"] });
  client = new QueryClient();
  late = watchLateArrivals(client);
});
afterEach(() => {
  late.stop();
  vi.useRealTimers();
});

/** As a page hands over what the server read for it. */
async function arrives(state: string): Promise<void> {
  const server = new QueryClient();
  server.setQueryData(KEY, { state });
  hydrate(client, dehydrate(server));
  await Promise.resolve();
}

const isOutdated = () => client.getQueryState(KEY)?.isInvalidated;

test("what arrives after its change was heard is out of date from the beginning", async () => {
  late.heard("promotions");
  await arrives("verifying");
  expect(isOutdated()).toBe(true);
});

test("so is what replaces an answer that was there before", async () => {
  await arrives("executing");
  late.heard("promotions");
  vi.setSystemTime(Date.now() + 1_000);
  await arrives("verifying");
  expect(client.getQueryData(KEY)).toEqual({ state: "verifying" });
  expect(isOutdated()).toBe(true);
});

test("what nothing was heard of, or long ago, is as good as it came", async () => {
  await arrives("verifying");
  expect(isOutdated()).toBe(false);
  late.heard("branches");
  late.heard("promotions");
  vi.setSystemTime(Date.now() + 60_000);
  client.clear();
  await arrives("rolled_back");
  expect(isOutdated()).toBe(false);
});

test("what was asked for again is not asked for once more", async () => {
  late.heard("promotions");
  await arrives("verifying");
  await client.fetchQuery({ queryKey: KEY, queryFn: () => ({ state: "rolled_back" }) });
  expect(isOutdated()).toBe(false);
});
