import { as, createAccessToken, everybodyLeaves } from "./support/people";
import { cloneAs } from "./support/plain-git";
import { openPullRequest } from "./support/promotions";
import { expect, test } from "./support/test";

test.afterAll(everybodyLeaves);

const MARKUP = "<img src=x onerror=alert(1)>";
const TITLE = `PAY-412 ${MARKUP} \${7*7} \u202eesrever`;

test("branch names, titles and commit messages are shown as text, whatever they contain", async ({
  browser,
  baseURL,
}) => {
  test.setTimeout(120_000);
  const author = await as(browser, "Kwame Boateng");
  const opened: string[] = [];
  author.on("dialog", async (dialog) => {
    opened.push(dialog.message());
    await dialog.dismiss();
  });
  const token = await createAccessToken(author, "Odd names");
  const clone = cloneAs(
    { name: "Kwame Boateng", email: "kwame.boateng@meridian.example" },
    baseURL ?? "",
    "payments",
    token,
  );
  try {
    const sprint =
      clone
        .git("branch", "--remotes", "--format=%(refname:lstrip=3)")
        .split("\n")
        .filter((name) => name.startsWith("sprint/"))
        .sort()
        .at(-1) ?? "";
    const branch = `feature/${sprint.slice("sprint/".length)}/PAY-412-a.b_c`;
    clone.git("switch", "--quiet", "--create", branch, `origin/${sprint}`);
    clone.commit(TITLE, { "docs/odd <name>.md": `${MARKUP}\n` });
    clone.git("push", "--quiet", "origin", "HEAD");
    const promotion = await openPullRequest(author, "payments", branch, sprint, TITLE);
    const pullRequest = author.url();
    for (const path of [
      pullRequest,
      `${pullRequest}?tab=files`,
      `/promotions/${promotion}`,
      `/promotions/${promotion}?tab=files`,
      "/promotions",
      "/repositories/payments",
      "/pull-requests",
      "/work-items/PAY-412",
    ]) {
      await author.goto(path);
      await expect(author.getByRole("heading", { level: 1 })).toBeVisible();
      await expect(author.locator("img[src='x']")).toHaveCount(0);
    }
    await author.goto(`/promotions/${promotion}`);
    await expect(author.getByRole("heading", { level: 1 })).toContainText(MARKUP);
    expect(opened).toEqual([]);
  } finally {
    clone.remove();
  }
});
