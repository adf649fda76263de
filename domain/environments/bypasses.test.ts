import { expect, test } from "vitest";
import { bypasses } from "./bypasses";

const place = (key: string, verifiedIn: string[] | null, requiresMaster = false) => ({
  key,
  name: key.toUpperCase(),
  rules: verifiedIn === null ? null : { verifiedIn, requiresMaster },
});
type Places = ReturnType<typeof place>[];
const [dev, qa, uat] = [place("dev", []), place("qa", ["dev"]), place("uat", ["qa"])];

test.each<[string, Places, string[]]>([
  ["each asks for the one before", [dev, qa, uat], []],
  ["none, or one", [dev], []],
  [
    "the next one still asks for the one before the new one",
    [dev, qa, place("staging", ["qa"]), uat],
    ["uat without staging"],
  ],
  [
    "a copy of the policy of the one before does not ask for that one",
    [dev, qa, place("staging", ["dev"]), uat],
    ["staging without qa", "uat without staging"],
  ],
  ["mended", [dev, qa, place("staging", ["qa"]), place("uat", ["qa", "staging"])], []],
  ["a closed one is not asked for", [dev, qa, place("staging", null), uat], []],
  ["a closed one asks for nothing", [dev, qa, place("uat", null)], []],
  ["behind a closed one", [dev, place("qa", null), place("uat", [])], ["uat without dev"]],
  ["put first", [place("staging", []), dev, qa], ["dev without staging"]],
  ["moved before what it asks for", [qa, dev], ["dev without qa"]],
  ["asked for by what is asked for", [qa, dev, place("uat", ["qa"])], ["dev without qa"]],
  ["what waits for itself ends", [place("qa", ["uat"]), place("uat", ["qa"])], []],
])("%s", (_, inUse, expected) => {
  expect(told(inUse)).toEqual(expected);
});

test("what must be on master has passed whatever master asks for", () => {
  const production = place("production", [], true);
  expect(told([dev, uat, production])).toEqual(["uat without dev", "production without uat"]);
  expect(told([dev, uat, production], ["uat"])).toEqual(["uat without dev"]);
});

function told(inUse: Places, masterAsks: string[] = []) {
  return bypasses(inUse, masterAsks).map(
    ({ environment, before }) => `${environment.key} without ${before.key}`,
  );
}
