import { describe, expect, test } from "vitest";
import { PipelineDefinition, pipelineJsonSchema } from "@/domain/pipelines/definition";
import { parsePipelineFile } from "./parse-file";
import { GOOD, job, WRONG } from "./testing/files";

test("a file may name reports, caches and a matrix", () => {
  const text = job(
    'matrix: { node: ["18", "20"] }',
    'reports: { junit: ["out/**/*.xml"] }',
    "cache: [{ key: npm, files: [package-lock.json], paths: [.npm] }]",
  );
  expect(parsePipelineFile(text)).toMatchObject({
    ok: true,
    definition: {
      jobs: {
        a: {
          matrix: { node: ["18", "20"] },
          reports: { junit: ["out/**/*.xml"] },
          cache: [{ key: "npm", files: ["package-lock.json"], paths: [".npm"] }],
        },
      },
    },
  });
});

describe("a wrong file is refused with its line and the reason", () => {
  test.each(WRONG)("%s", (_guarantee, text, line, message) => {
    const result = parsePipelineFile(text);
    if (result.ok) throw new Error("the file was accepted");
    const found = result.errors.map((error) => ({ line: error.line, message: error.message }));
    expect(found).toContainEqual({ line, message: expect.stringContaining(message) });
    for (const error of result.errors) expect(error.column).toBeGreaterThan(0);
  });
});

describe("a right file", () => {
  test("is read with its defaults", () => {
    const result = parsePipelineFile(GOOD);
    expect(result).toMatchObject({
      ok: true,
      definition: {
        version: 1,
        jobs: {
          test: { name: "Unit tests", needs: [], timeout: "10m", artifacts: [], environment: {} },
          build: { needs: ["test"], environment: { MODE: "release" }, timeout: "5m" },
        },
        components: {
          api: { health: { path: "/health", attempts: 5, intervalSeconds: 1, timeoutSeconds: 0.5 } },
        },
        schema: { min: 3, max: 5, after: 4, migration: "expand" },
      },
    });
  });

  test("needs only version, jobs and commands", () => {
    const result = parsePipelineFile(job());
    expect(result).toMatchObject({
      ok: true,
      definition: { components: {}, schema: { min: 0, max: 0, after: 0, migration: "none" } },
    });
  });

  test("with Windows line ends and a byte order mark reads the same", () => {
    const plain = parsePipelineFile(GOOD);
    expect(parsePipelineFile(`\ufeff${GOOD.replaceAll("\n", "\r\n")}`)).toEqual(plain);
  });

  test("parses to itself once stored", () => {
    const result = parsePipelineFile(GOOD);
    if (!result.ok) throw new Error("the file was refused");
    const stored: unknown = JSON.parse(JSON.stringify(result.definition));
    expect(PipelineDefinition.parse(stored)).toEqual(result.definition);
  });
});

test("several errors are told at once, in the order of the lines", () => {
  const result = parsePipelineFile(
    "version: 1\njobs:\n  a:\n    commands: [1]\n    timeout: soon\n  B: {}\n",
  );
  if (result.ok) throw new Error("the file was accepted");
  expect(result.errors.map((error) => error.line)).toEqual([4, 5, 6]);
});

test("the widest file that is allowed is judged within a second", () => {
  const keys = Array.from({ length: 10_000 }, (_, i) => `k${i}`).join(",");
  // The process's own time, so that what else runs on the machine does not count.
  const begun = process.cpuUsage();
  expect(parsePipelineFile(`version: 1\njobs: {${keys}}`).ok).toBe(false);
  const { user, system } = process.cpuUsage(begun);
  expect(user + system).toBeLessThan(1_000_000);
});

test("the published schema knows the required keys and refuses others", () => {
  expect(pipelineJsonSchema()).toMatchObject({
    $schema: "https://json-schema.org/draft/2020-12/schema",
    type: "object",
    required: ["version", "jobs"],
    additionalProperties: false,
  });
});
