import { expect, test } from "vitest";
import { csvCell, pushedRefs, readAuditPayload } from "@/domain/audit/payload";

test("fields stand with what they were and what they became", () =>
  expect(
    readAuditPayload(
      JSON.stringify({
        before: { state: "open", count: 1 },
        after: { state: "closed", by: null },
        reason: "done",
      }),
    ),
  ).toEqual({
    fields: [
      { name: "state", before: "open", after: "closed" },
      { name: "count", before: "1", after: null },
      { name: "by", before: null, after: "null" },
    ],
    reason: "done",
  }));

test.each(["", "not json", "[]", "null", '{"before":7}'])("%j is shown as nothing", (payload) =>
  expect(readAuditPayload(payload)).toEqual({ fields: [], reason: null }),
);

test.each(["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "＝1+1", "＠SUM(A1)"])(
  "%j does not run as a formula",
  (text) => expect(csvCell(text)).toContain(`'${text}`),
);

test("quotes, commas and lines stay one cell", () => expect(csvCell('a "b", c\nd')).toBe('"a ""b"", c\nd"'));

test("numbers stay numbers, nothing stays empty", () => {
  expect(csvCell(-1)).toBe("-1");
  expect(csvCell(null)).toBe("");
});

test("a push tells which branches it moved", () => {
  const refs = [{ ref: "refs/heads/feature/x", newSha: "1" }, { ref: "refs/tags/v1" }, "nonsense"];
  expect(pushedRefs(JSON.stringify({ after: { refs } }))).toEqual(["feature/x", "v1"]);
  expect(pushedRefs(JSON.stringify({ after: { state: "passed" } }))).toEqual([]);
});
