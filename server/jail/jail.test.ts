import { performance } from "node:perf_hooks";
import { expect, test } from "vitest";
import { JailError, parseInJail } from "./jail";

const bytes = (text: string) => new TextEncoder().encode(text);

test("a pipeline file comes back as it is parsed outside", async () => {
  const text = "version: 1\njobs:\n  a:\n    commands: [make]\n";
  expect(await parseInJail("pipeline", bytes(text))).toMatchObject({
    ok: true,
    definition: { version: 1, jobs: { a: { commands: ["make"] } } },
  });
});

test("what takes too long is ended, we go on meanwhile, and the next document is read", async () => {
  const slow = `<testsuite>${"<testcase name='a'/>".repeat(400_000)}</testsuite>`;
  let longest = 0;
  let last = performance.now();
  const pulse = setInterval(() => {
    longest = Math.max(longest, performance.now() - last);
    last = performance.now();
  }, 10);
  const document = bytes(slow);
  last = performance.now();
  await expect(parseInJail("junit", document, { timeMs: 50 })).rejects.toThrow(JailError);
  clearInterval(pulse);
  expect(longest).toBeLessThan(500);
  expect(await parseInJail("junit", bytes("<testsuite><testcase name='b'/></testsuite>"))).toMatchObject({
    cases: [{ name: "b", outcome: "passed" }],
    problem: null,
  });
});

test("what needs too much memory is ended in the jail, not here", async () => {
  const attributes = Array.from({ length: 400_000 }, (_, i) => `a${i}='${"x".repeat(60)}'`).join(" ");
  const outcome = await parseInJail("junit", bytes(`<testsuite ${attributes}/>`)).catch(
    (error: Error) => error,
  );
  expect(outcome instanceof JailError || (outcome as { cases: unknown[] }).cases.length === 0).toBe(true);
  expect(await parseInJail("junit", bytes("<testsuite/>"))).toEqual({ cases: [], problem: null });
});

test("many at once are parsed one after the other, each with its own answer", async () => {
  const answers = await Promise.all(
    Array.from({ length: 12 }, (_, n) =>
      parseInJail("junit", bytes(`<testsuite><testcase name='t${n}'/></testsuite>`)),
    ),
  );
  expect(answers).toMatchObject(Array.from({ length: 12 }, (_, n) => ({ cases: [{ name: `t${n}` }] })));
});
