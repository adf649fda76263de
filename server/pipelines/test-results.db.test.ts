import { writeFile } from "node:fs/promises";
import { eq } from "drizzle-orm";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { testResults } from "@/db/schema";
import { rerunJob } from "./commands";
import { getRun } from "./read-run";
import { getTest, listTests } from "./read-tests";
import { recordRun } from "./record-run";
import { givenPipelines, type PipelineWorld } from "./testing/given-pipeline";

let world: PipelineWorld;

beforeEach(async () => {
  world = await givenPipelines();
});
afterEach(async () => {
  await world.stop();
});

type Outcome = "pass" | "fail" | "skip";

function junit(tests: Readonly<Record<string, Outcome>>): string {
  const cases = Object.entries(tests).map(([name, outcome]) => {
    const inner =
      outcome === "pass"
        ? ""
        : outcome === "fail"
          ? "<failure message='expected 1'>at 3</failure>"
          : "<skipped/>";
    return `<testcase classname='limits' name='${name}' time='0.5'>${inner}</testcase>`;
  });
  return `<testsuite name='unit'>${cases.join("")}</testsuite>`;
}

const FILE = `version: 1
jobs:
  unit:
    commands: ["sh run.sh"]
    reports: { junit: ["out/**/*.xml"] }
`;

/** A commit whose only job writes these files and ends with this code. */
function commitOf(reports: Readonly<Record<string, string>>, code = 0): Record<string, string> {
  const writes = Object.entries(reports).map(
    ([name, xml]) => `mkdir -p "$(dirname 'out/${name}')"\ncat > 'out/${name}' <<'XML'\n${xml}\nXML`,
  );
  return { "run.sh": `${writes.join("\n")}\nexit ${code}\n` };
}

async function runWith(reports: Readonly<Record<string, string>>, code = 0) {
  const { runId } = await world.start(FILE, commitOf(reports, code));
  await world.work();
  const { run } = await world.read(runId);
  return run;
}

const told = async (number: number) => {
  const { tests } = await listTests(world.as(world.asha), { number, view: "all", limit: 100 });
  return tests.map(
    (one) => `${one.name} ${one.outcome}${one.isNewFailure ? " new" : ""}${one.isFlaky ? " flaky" : ""}`,
  );
};

describe("the tests of a run", () => {
  test("are read from its files: new failures first, then failures, then the rest, with their counts", async () => {
    await runWith({ "a.xml": junit({ one: "pass", two: "fail", three: "pass" }) }, 1);
    const run = await runWith(
      {
        "a.xml": junit({ one: "fail", two: "fail", three: "pass" }),
        "deep/b.xml": junit({ four: "skip", five: "fail" }),
      },
      1,
    );
    expect(run.state).toBe("failed");
    expect(await told(run.number)).toEqual([
      "one failed new",
      "five failed new",
      "two failed",
      "three passed",
      "four skipped",
    ]);
    const shown = await getRun(world.as(world.asha), { number: run.number });
    expect(shown.jobs[0]?.tests).toMatchObject({
      passed: 1,
      failed: 3,
      skipped: 1,
      newFailures: 2,
      flaky: 0,
      durationMs: 2500,
      comparedWith: run.number - 1,
    });
    expect(shown.reports).toEqual([
      { jobName: "unit", path: "out/a.xml", cases: 3, problem: null },
      { jobName: "unit", path: "out/deep/b.xml", cases: 2, problem: null },
    ]);
  });

  test("of the first run of a branch are new in nothing", async () => {
    const run = await runWith({ "a.xml": junit({ one: "fail" }) }, 1);
    expect(await told(run.number)).toEqual(["one failed"]);
  });

  test("that pass and fail for one tree are flaky", async () => {
    const flag = `${world.base.dataDir}/mended`;
    const files = {
      "run.sh": `mkdir out\nif [ -e ${flag} ]; then cp good.xml out/a.xml; else cp bad.xml out/a.xml; exit 1; fi\n`,
      "good.xml": junit({ one: "pass", two: "pass" }),
      "bad.xml": junit({ one: "fail", two: "pass" }),
    };
    const { runId } = await world.start(FILE, files);
    await world.work();
    const { jobs, run } = await world.read(runId);
    await writeFile(flag, "");
    await rerunJob(world.as(world.asha), { jobId: jobs[0]?.id ?? "" });
    await world.work();
    expect(await told(run.number)).toEqual(["one passed flaky", "two passed"]);
  });

  test("that change back and forth on the branch are flaky, and their history is told", async () => {
    for (const one of ["fail", "pass", "fail"] as const) {
      await runWith({ "a.xml": junit({ one, two: "pass" }), [`${one}${Math.random()}.txt`]: "" });
    }
    const run = await runWith({ "a.xml": junit({ one: "pass", two: "pass" }), "last.txt": "" });
    expect(await told(run.number)).toEqual(["one passed flaky", "two passed"]);
    const ctx = world.as(world.asha);
    const { tests } = await listTests(ctx, { number: run.number, view: "flaky", limit: 10 });
    const [flaky] = tests;
    const { before } = await getTest(ctx, { jobId: flaky?.jobId ?? "", position: flaky?.position ?? 0 });
    expect(before.map((one) => one.outcome)).toEqual(["failed", "passed", "failed"]);
  });

  test("are searched, narrowed and read page by page", async () => {
    const many = Object.fromEntries(
      Array.from({ length: 25 }, (_, n) => [`case ${n}`, n < 3 ? "fail" : "pass"]),
    );
    const run = await runWith({ "a.xml": junit(many as Record<string, Outcome>) }, 1);
    const ctx = world.as(world.asha);
    const seen: string[] = [];
    let after: string | null = null;
    do {
      const page: Awaited<ReturnType<typeof listTests>> = await listTests(ctx, {
        number: run.number,
        view: "all",
        limit: 10,
        ...(after ? { after } : {}),
      });
      seen.push(...page.tests.map((one) => one.name));
      after = page.next;
    } while (after);
    expect(seen).toEqual(Object.keys(many));
    const failed = await listTests(ctx, { number: run.number, view: "failed", limit: 100 });
    expect(failed.tests).toHaveLength(3);
    const found = await listTests(ctx, { number: run.number, view: "all", words: "CASE 1", limit: 100 });
    expect(found.tests).toHaveLength(11);
    expect(
      (await listTests(ctx, { number: run.number, view: "all", words: "100%_", limit: 9 })).tests,
    ).toEqual([]);
  });

  test("are seen by nobody without the role", async () => {
    const run = await runWith({ "a.xml": junit({ one: "pass" }) });
    const stranger = world.as({ ...world.asha, grants: [] });
    await expect(listTests(stranger, { number: run.number, view: "all", limit: 1 })).rejects.toMatchObject({
      code: "NOT_FOUND",
    });
  });
});

test("a file that cannot be read says why, and the job ends as its commands did", async () => {
  const run = await runWith({
    "a.xml": "<testsuite><testcase name='one'/><oops",
    "b.xml": junit({ two: "pass" }),
  });
  expect(run.state).toBe("passed");
  const { reports } = await getRun(world.as(world.asha), { number: run.number });
  expect(reports).toMatchObject([
    { path: "out/a.xml", cases: 1, problem: expect.stringContaining("Line 2") },
    { path: "out/b.xml", cases: 1, problem: null },
  ]);
});

test("a job that declares reports and leaves none says so", async () => {
  const run = await runWith({});
  const { reports } = await getRun(world.as(world.asha), { number: run.number });
  expect(reports).toEqual([
    { jobName: "unit", path: "out/**/*.xml", cases: 0, problem: "No file of the job has this name." },
  ]);
});

test("twenty thousand tests are kept, no more, and are there at once", async () => {
  const cases = Array.from({ length: 20_050 }, (_, n) => `<testcase classname='c' name='t${n}'/>`).join("");
  const commit = await world.commit(FILE);
  const now = new Date();
  const before = process.cpuUsage();
  const { number } = await recordRun(world.as(world.asha), {
    ...commit,
    state: "passed",
    jobs: [
      {
        key: "unit",
        name: "unit",
        state: "passed",
        queuedAt: now,
        startedAt: now,
        finishedAt: now,
        reports: [{ path: "a.xml", bytes: Buffer.from(`<testsuite>${cases}</testsuite>`) }],
      },
    ],
  });
  // Of its own work: how long that takes beside others' is the machine's matter.
  const { user, system } = process.cpuUsage(before);
  expect((user + system) / 1_000).toBeLessThan(15_000);
  const { jobs, reports } = await getRun(world.as(world.asha), { number });
  expect(jobs[0]?.tests?.passed).toBe(20_000);
  expect(reports[0]?.problem).toBe("Only its first 20000 tests are kept.");
  expect(await world.base.db.$count(testResults, eq(testResults.jobId, jobs[0]?.id ?? ""))).toBe(20_000);
});

test("a matrix runs once for each combination, each knows its values, and who needs it waits for all", async () => {
  const file = `version: 1
jobs:
  unit:
    name: Unit
    matrix: { node: ["18", "20"], os: ["linux"] }
    commands: ['echo "v$MATRIX_NODE on $MATRIX_OS as $CLEARWAY_JOB"', 'test "$MATRIX_NODE" = 20']
  pack:
    needs: [unit]
    commands: ["true"]
`;
  const { runId } = await world.start(file);
  await world.work();
  const { run, jobs, states } = await world.read(runId);
  expect(states).toEqual({ "unit/18/linux.1": "failed", "unit/20/linux.1": "passed", "pack.1": "skipped" });
  expect(run.reason).toBe("Unit (18, linux) failed.");
  expect(jobs.find((job) => job.key === "pack")?.reason).toBe("Needs Unit (18, linux), which did not pass.");
  const shown = await getRun(world.as(world.asha), { number: run.number });
  expect(shown.jobs.map((job) => job.group)).toEqual(["unit", "unit", "pack"]);
  expect(shown.jobs[2]?.needs).toEqual(["unit/18/linux", "unit/20/linux"]);
});
