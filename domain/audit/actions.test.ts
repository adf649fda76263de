import { expect, test } from "vitest";
import { DEPLOYMENT_STATES } from "@/domain/deployments/status";
import { RUN_STATES } from "@/domain/pipelines/status";
import { AUDIT_ACTIONS, actionInWords } from "./actions";

test("an action reads as words", () => {
  expect(actionInWords("access_token.revoked")).toBe("Access token revoked");
  expect(actionInWords("promotion.became_unknown")).toBe("Outcome of a promotion lost");
});

test("one without words of its own is told by its name", () =>
  expect(actionInWords("client.renamed_twice")).toBe("Client renamed twice"));

test("every state that a deployment or a run can come to has words", () => {
  const known = (noun: string) =>
    Object.keys(AUDIT_ACTIONS.find((group) => group.noun === noun)?.actions ?? {});
  expect(known("deployment")).toEqual(expect.arrayContaining([...DEPLOYMENT_STATES]));
  expect(known("pipeline_run")).toEqual(expect.arrayContaining([...RUN_STATES]));
});
