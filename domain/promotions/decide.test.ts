import { describe, expect, test } from "vitest";
import { type Gate, gateInTheWay, schemaAllows, waitingState } from "./decide";

const gate = (status: Gate["status"], key = "checks"): Gate => ({ key, status, detail: `${key} ${status}` });

describe("where a waiting promotion stands", () => {
  test.each<[string, Gate[], number, string]>([
    ["gates that were never looked at", [], 0, "gating"],
    ["a pending gate, quorum met", [gate("pass"), gate("pending")], 0, "gating"],
    ["a failed gate, quorum met", [gate("fail")], 0, "gating"],
    ["all pass, approvals missing", [gate("pass")], 1, "awaiting_approval"],
    ["all pass, quorum met or none asked", [gate("pass"), gate("pass", "schema")], 0, "ready"],
  ])("%s", (_, gates, missing, state) => {
    expect(waitingState(gates, missing)).toBe(state);
  });

  test("a failed gate is told before one that is still being looked at", () => {
    expect(gateInTheWay([gate("pending"), gate("fail", "schema")])?.key).toBe("schema");
    expect(gateInTheWay([gate("pass")])).toBeNull();
  });
});

describe("may the old release run on the live schema", () => {
  test.each([
    [4, 6, 3, false],
    [4, 6, 4, true],
    [4, 6, 6, true],
    [4, 6, 7, false],
  ])("range %i to %i, live %i", (schemaMin, schemaMax, live, allowed) => {
    expect(schemaAllows({ schemaMin, schemaMax }, live)).toBe(allowed);
  });
});
