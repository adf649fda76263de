import { expect, test } from "vitest";
import { peopleHref, peopleInput, readPeopleSearch } from "./people-search";

test("a filter is its address, both ways", () => {
  const address = readPeopleSearch({
    q: " ana ",
    role: "qa",
    scope: "organisation",
    state: "inactive",
    page: "3",
  });
  expect(peopleHref(address)).toBe("/people?q=ana&role=qa&scope=organisation&state=inactive&page=3");
  expect(peopleInput(address)).toEqual({
    q: "ana",
    role: "qa",
    scope: "organisation",
    state: "inactive",
    page: 3,
  });
});

test("the form that adds a person is part of the address, and no filter", () => {
  const address = readPeopleSearch({ add: "bot+ci@builds.example" });
  expect(peopleHref(address)).toBe("/people?add=bot%2Bci%40builds.example");
  expect(peopleInput(address)).toEqual({ page: 1 });
});

test("what an address cannot mean is passed over", () => {
  const address = readPeopleSearch({
    role: "boss",
    scope: "x' or 1=1",
    state: "asleep",
    page: "-1",
    tab: "secrets",
  });
  expect(peopleInput(address)).toEqual({ page: 1 });
  expect(peopleHref(address)).toBe("/people");
});
