import { describe, expect, test } from "vitest";
import { millisecondsOf, parseJunit } from "./parse-junit";

const read = (xml: string, max?: number) => parseJunit(new TextEncoder().encode(xml), max);

describe("a JUnit file", () => {
  test("gives its cases with what became of them", () => {
    const { cases, problem } = read(`<?xml version="1.0" encoding="UTF-8"?>
      <testsuites><testsuite name="payments">
        <testcase classname="limits" name="refuses nothing" time="0.25" file="limits.spec"/>
        <testcase name="keeps the limit"><failure message="expected 3" type="AssertionError">at line 3
at line 4</failure></testcase>
        <testcase name="reads"><error type="IOError"/></testcase>
        <testcase name="later"><skipped message="not yet"/><system-out>ignored</system-out></testcase>
      </testsuite></testsuites>`);
    expect(problem).toBeNull();
    const plain = { file: null, durationMs: null, message: null, details: null, isRetried: false };
    expect(cases).toEqual([
      {
        ...plain,
        suite: "limits",
        name: "refuses nothing",
        outcome: "passed",
        durationMs: 250,
        file: "limits.spec",
      },
      {
        ...plain,
        suite: "payments",
        name: "keeps the limit",
        outcome: "failed",
        message: "expected 3",
        details: "at line 3\nat line 4",
      },
      { ...plain, suite: "payments", name: "reads", outcome: "errored", message: "IOError" },
      { ...plain, suite: "payments", name: "later", outcome: "skipped", message: "not yet" },
    ]);
  });

  test("may nest its suites, and name the inner one", () => {
    const { cases } = read(
      "<testsuite name='outer'><testsuite name='inner'><testcase name='a'/></testsuite><testcase name='b'/></testsuite>",
    );
    expect(cases.map(({ suite, name }) => `${suite} ${name}`)).toEqual(["inner a", "outer b"]);
  });

  test("tells a case that its runner tried again as passed, and retried", () => {
    const { cases } = read(
      "<testsuite><testcase name='a'><flakyFailure message='once'/></testcase></testsuite>",
    );
    expect(cases).toMatchObject([{ outcome: "passed", isRetried: true }]);
  });

  test("that left a case out by its status skipped it", () => {
    const { cases } = read("<testsuite><testcase name='a' status='notrun'/></testsuite>");
    expect(cases).toMatchObject([{ outcome: "skipped" }]);
  });

  test("in another encoding is read by what it says of itself", () => {
    const latin = Buffer.from(
      "<?xml version='1.0' encoding='ISO-8859-1'?><testsuite><testcase name='Prüfung'/></testsuite>",
      "latin1",
    );
    expect(parseJunit(latin).cases).toMatchObject([{ name: "Prüfung" }]);
    const wide = Buffer.from("\ufeff<testsuite><testcase name='Prüfung'/></testsuite>", "utf16le");
    expect(parseJunit(wide).cases).toMatchObject([{ name: "Prüfung" }]);
  });

  test("gives no more cases than it may, and says so", () => {
    const { cases, problem } = read(`<testsuite>${"<testcase name='a'/>".repeat(30)}</testsuite>`, 20);
    expect(cases).toHaveLength(20);
    expect(problem).toBe("Only its first 20 tests are kept.");
  });

  test("has its long texts cut", () => {
    const { cases } = read(
      `<testsuite><testcase name='${"n".repeat(900)}'><failure message='${"m".repeat(5000)}'>${"d".repeat(90_000)}</failure></testcase></testsuite>`,
    );
    const [one] = cases;
    expect([one?.name.length, one?.message?.length, one?.details?.length]).toEqual([500, 1000, 8000]);
  });
});

describe("a file that is none says why", () => {
  test.each([
    ["", "It is empty."],
    ["not xml", "Line 1"],
    ["<html><body/></html>", "It is not a JUnit file: it begins with <html>."],
    [`${"<testsuite>".repeat(70)}`, "It is nested deeper than 64 levels."],
    ["<testsuite><testcase name='a'/><testcase name=b/></testsuite>", "Line 1"],
    ["<?xml version='1.0' encoding='klingon'?><testsuite/>", 'Its encoding "klingon" is not known here.'],
  ])("%#", (xml, problem) => expect(read(xml).problem).toContain(problem));

  test("and keeps the cases before the mistake", () => {
    const { cases, problem } = read("<testsuite><testcase name='a'/><testcase name='b'");
    expect(cases).toHaveLength(1);
    expect(problem).not.toBeNull();
  });
});

test("an entity is never looked up: neither a file, nor one that grows without end", () => {
  const outside = read(
    '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><testsuite><testcase name="a"><failure>&e;</failure></testcase></testsuite>',
  );
  expect(JSON.stringify(outside.cases)).not.toContain("root:");
  expect(outside.problem).toContain("entity");
  const lol = Array.from({ length: 9 }, (_, i) => `<!ENTITY l${i + 1} "${`&l${i};`.repeat(10)}">`).join("");
  const bomb = read(`<!DOCTYPE x [<!ENTITY l0 "lol">${lol}]><testsuite name="&l9;"/>`);
  expect(bomb.cases).toEqual([]);
  expect(bomb.problem).toContain("entity");
});

test.each([
  ["0.288", 288],
  ["0,288", 288],
  ["1,234.5", 1_234_500],
  ["12", 12_000],
  ["1e-3", 1],
  ["", null],
  ["NaN", null],
  ["-1", null],
  ["soon", null],
  [undefined, null],
] as const)("a time of %s is %s ms", (text, ms) => expect(millisecondsOf(text)).toBe(ms));
