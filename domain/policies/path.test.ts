import { expect, test } from "vitest";
import { circularPath, MASTER, needsOf, unknownEnvironments } from "./path";

const place = (key: string, ...needs: string[]) => ({ key, name: key.toUpperCase(), needs });

test("places one after the other, and two that lead to one, can be reached", () => {
  expect(
    circularPath([place("dev"), place("qa", "dev"), place("load", "dev"), place("uat", "qa", "load")]),
  ).toBeNull();
});

test("places that wait for each other cannot", () => {
  expect(circularPath([place("dev"), place("qa", "uat", "dev"), place("uat", "qa")])).toBe(
    "QA waits for UAT waits for QA: nothing could ever get there.",
  );
  expect(circularPath([place("dev", "dev")])).toBe("DEV waits for DEV: nothing could ever get there.");
});

test("master is a place on the way: an environment before it cannot ask for it", () => {
  const master = { key: MASTER, name: "Master", needs: ["uat"] };
  const uat = { key: "uat", name: "UAT", needs: needsOf({ verifiedIn: ["dev"], requiresMaster: true }) };
  expect(circularPath([place("dev"), uat, master])).toBe(
    "UAT waits for Master waits for UAT: nothing could ever get there.",
  );
});

test("environments that are not there are named", () => {
  expect(unknownEnvironments(["dev", "qa"], ["dev", "qa", "uat"])).toBeNull();
  expect(unknownEnvironments(["dev", "moon", "mars"], ["dev"])).toBe(
    "There is no environment moon and mars, so nothing could ever be verified there.",
  );
});
