import { expect, test } from "vitest";
import { PlannedStatements } from "./planned-statements";

const nameAfter = (statements: PlannedStatements, text: string, times: number) => {
  let name: string | undefined;
  for (let n = 0; n < times; n++) name = statements.nameOf(text);
  return name;
};

test("what is asked again and again has a name, and keeps it", () => {
  const statements = new PlannedStatements();
  expect(nameAfter(statements, "select 1", 5)).toBeUndefined();
  const name = statements.nameOf("select 1");
  expect(name).toBeDefined();
  expect(statements.nameOf("select 1")).toBe(name);
  expect(nameAfter(statements, "with a as (select 2) select * from a", 6)).not.toBe(name);
});

test("what changes rows is not named", () => {
  expect(nameAfter(new PlannedStatements(), "update promotions set title = $1", 9)).toBeUndefined();
});

test("many texts that are never asked again take no name from those that are", () => {
  const statements = new PlannedStatements();
  for (let n = 0; n < 5_000; n++) statements.nameOf(`select ${n}`);
  expect(nameAfter(statements, "select id from people", 6)).toBeDefined();
});

test("a connection is not given plans without end", () => {
  const statements = new PlannedStatements();
  const names = new Set<string | undefined>();
  for (let n = 0; n < 400; n++) names.add(nameAfter(statements, `select ${n} as often`, 6));
  names.delete(undefined);
  expect(names.size).toBe(250);
});
