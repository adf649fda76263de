import { expect, test, vi } from "vitest";
import { resolveSource } from "./import-source";

const outside = { allowsPrivate: false, directory: undefined };
/** As on a network of one's own. */
const inside = { allowsPrivate: true, directory: undefined };
const url = (source: string) => ({ sourceKind: "url" as const, source });

test.each([
  ["a private address", ["10.0.0.1"]],
  ["loopback", ["127.0.0.1"]],
  ["one private among public ones", ["93.184.215.14", "::1"]],
  ["the place where clouds keep credentials", ["169.254.169.254"]],
  ["nowhere", []],
])("a name that leads to %s is refused", async (_, addresses) => {
  await expect(
    resolveSource(url("https://git.example.com/x.git"), outside, async () => addresses),
  ).rejects.toMatchObject({ code: "INVALID" });
});

test("link-local addresses stay refused where private ones are allowed", async () => {
  for (const address of ["169.254.169.254", "::ffff:169.254.169.254", "::ffff:a9fe:a9fe"]) {
    await expect(
      resolveSource(url("https://git.example.com/x.git"), inside, async () => [address]),
    ).rejects.toMatchObject({ code: "INVALID" });
  }
  await expect(
    resolveSource(url("http://127.0.0.1:4100/x.git"), inside, async () => ["10.0.0.1"]),
  ).rejects.toMatchObject({ code: "INVALID" });
});

test("a resolver that does not answer is waited for three seconds", async () => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  try {
    const silent = () => new Promise<readonly string[]>(() => undefined);
    const resolved = resolveSource(url("https://git.example.com/x.git"), outside, silent);
    const refused = expect(resolved).rejects.toMatchObject({
      code: "INVALID",
      message: expect.stringContaining("took too long"),
    });
    await vi.advanceTimersByTimeAsync(3_000);
    await refused;
  } finally {
    vi.useRealTimers();
  }
});

test("the connection is pinned to the addresses that were looked at", async () => {
  const answers = [["93.184.215.14", "2606:4700::1111"], ["127.0.0.1"]];
  expect(
    await resolveSource(url("https://git.example.com/x.git"), outside, async () => answers.shift() ?? []),
  ).toEqual({
    url: "https://git.example.com/x.git",
    protocol: "https",
    resolve: "git.example.com:443:93.184.215.14,[2606:4700::1111]",
  });
});
