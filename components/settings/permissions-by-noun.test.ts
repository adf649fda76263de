import { expect, test } from "vitest";
import { PERMISSIONS } from "@/domain/permissions";
import { permissionsByNoun } from "./permissions-by-noun";

test("names of permissions are told in words, under their noun", () => {
  expect(permissionsByNoun({ "pullRequests.open": ["developer"], "pullRequests.requestAgain": [] })).toEqual([
    {
      noun: "Pull requests",
      actions: [
        { permission: "pullRequests.open", action: "open", roles: ["developer"] },
        { permission: "pullRequests.requestAgain", action: "request again", roles: [] },
      ],
    },
  ]);
});

test("every permission is shown once, and one noun has one group", () => {
  const groups = permissionsByNoun(PERMISSIONS);
  const shown = groups.flatMap(({ actions }) => actions.map(({ permission }) => permission));
  expect(shown.toSorted()).toEqual(Object.keys(PERMISSIONS).toSorted());
  expect(new Set(groups.map(({ noun }) => noun)).size).toBe(groups.length);
});
