import path from "node:path";
import { stripVTControlCharacters } from "node:util";

const MESSAGE_LINES = 12;

/** What failed, from vitest's JSON report: a test or a whole file, with the beginning of its message. */
export function vitestFailures(files) {
  return files
    .filter((file) => file.status === "failed")
    .flatMap((file) => {
      const where = path.relative(process.cwd(), file.name);
      const tests = (file.assertionResults ?? []).filter((test) => test.status === "failed");
      return tests.length === 0
        ? [told(where, file.message)]
        : tests.map((test) => told(`${where} › ${test.fullName}`, test.failureMessages?.join("\n")));
    });
}

/** What failed, from Playwright's JSON report, whose suites hold suites. */
export function playwrightFailures(suites) {
  return suites.flatMap((suite) => [
    ...playwrightFailures(suite.suites ?? []),
    ...(suite.specs ?? [])
      .filter((spec) => !spec.ok)
      .map((spec) => {
        const error = spec.tests.flatMap((test) => test.results).find((result) => result.error)?.error;
        return told(`${spec.file}:${spec.line} › ${spec.title}`, error?.message);
      }),
  ]);
}

function told(what, message) {
  const lines = stripVTControlCharacters(message ?? "")
    .trim()
    .split("\n")
    .slice(0, MESSAGE_LINES);
  return [what, ...lines.filter(Boolean).map((line) => `    ${line}`)].join("\n");
}
