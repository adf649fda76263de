import { expect, test } from "vitest";
import { parseCoAuthors } from "@/domain/git/commit";

test("co-authors are found anywhere in a message, once per address", () => {
  const message = [
    "Subject",
    "",
    "co-authored-by: Bina Shah <Bina@example.com>",
    "text",
    "Co-Authored-By:Chetan<chetan@example.com>",
    "Co-authored-by: Bina <bina@example.com>",
    "Co-authored-by: nobody",
    "See Co-authored-by: Not <not@example.com>",
  ].join("\r\n");
  expect(parseCoAuthors(message)).toEqual([
    { name: "Bina", email: "bina@example.com" },
    { name: "Chetan", email: "chetan@example.com" },
  ]);
});

test("a message made to be slow is read at once", () => {
  const started = performance.now();
  parseCoAuthors(`${"co-authored-by: ".repeat(20_000)}\n${"co-authored-by: x\n".repeat(20_000)}`);
  expect(performance.now() - started).toBeLessThan(1_000);
});
