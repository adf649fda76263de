import { expect, test } from "vitest";
import { requireGit, requireNode } from "./requirements.mjs";

test("Node.js from 20.19 on", () => {
  expect(() => requireNode("20.19.0")).not.toThrow();
  expect(() => requireNode("24.1.0")).not.toThrow();
  expect(() => requireNode("20.18.3")).toThrow(/20\.19 or newer; this is 20\.18\.3/);
});

test("git from 2.38 on, however the system words its version", () => {
  expect(() => requireGit(() => "git version 2.39.5 (Apple Git-154)")).not.toThrow();
  expect(() => requireGit(() => "git version 2.38.0.windows.1")).not.toThrow();
  expect(() => requireGit(() => "git version 2.34.1")).toThrow(/this is 2\.34\.1/);
});

test("a machine without git is told so", () => {
  const missing = () => {
    throw new Error("ENOENT");
  };
  expect(() => requireGit(missing)).toThrow(/Install git/);
});
