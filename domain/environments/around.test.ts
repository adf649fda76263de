import { expect, test } from "vitest";
import { bypassesAround } from "./around";

const place = (key: string, verifiedIn: string[] | null) => ({
  key,
  name: key.toUpperCase(),
  rules: verifiedIn === null ? null : { verifiedIn },
});
const [dev, qa, uat] = [place("dev", []), place("qa", ["dev"]), place("uat", ["qa"])];
const told = (inUse: ReturnType<typeof place>[]) =>
  bypassesAround(inUse, "staging").map(
    ({ environment, before }) => `${environment.key} without ${before.key}`,
  );

test("the next environment still asks for the one before the new one", () => {
  expect(told([dev, qa, place("staging", ["qa"]), uat])).toEqual(["uat without staging"]);
});

test("a copy of the policy of the one before does not ask for that one", () => {
  expect(told([dev, qa, place("staging", ["dev"]), uat])).toEqual([
    "staging without qa",
    "uat without staging",
  ]);
});

test("where the policies ask for each other already, or one is closed, nothing is passed by", () => {
  expect(told([dev, qa, place("staging", ["qa"]), place("uat", ["qa", "staging"])])).toEqual([]);
  expect(told([dev, qa, place("staging", null), place("uat", null)])).toEqual([]);
});

test("at either end of the order there is one neighbour, and an unknown key has none", () => {
  expect(told([place("staging", []), dev])).toEqual(["dev without staging"]);
  expect(told([dev, place("staging", [])])).toEqual(["staging without dev"]);
  expect(told([dev, qa])).toEqual([]);
});
