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
  // Its reader is there already, so that the time is the document's alone.
  await parseInJail("junit", bytes("<testsuite/>"));
  const slow = bytes(`<testsuite>${"<testcase name='a'/>".repeat(400_000)}</testsuite>`);
  let pulse = 0;
  const heart = setInterval(() => {
    pulse += 1;
  }, 10);
  await expect(parseInJail("junit", slow, { timeMs: 50 })).rejects.toThrow(JailError);
  clearInterval(heart);
  expect(pulse).toBeGreaterThan(0);
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

test("an answer that came while we were busy ourselves counts", async () => {
  await parseInJail("junit", bytes("<testsuite/>"));
  const document = bytes(`<testsuite>${"<testcase name='a'/>".repeat(2_000)}</testsuite>`);
  const answer = parseInJail("junit", document, { timeMs: 1_000 });
  await new Promise(setImmediate);
  for (const end = performance.now() + 2_000; performance.now() < end; );
  expect(await answer).toMatchObject({ problem: null });
});
