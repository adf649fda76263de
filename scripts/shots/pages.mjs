// Every page that has a picture. `as` names who looks: one of the demonstration's people, or nobody.
const TECH_LEAD = "Marcus Oyelaran";
const APPROVER = "Grace Mensah";
const AUTHOR = "Leila Haddad";
const VIEWER = "Charlotte Dubois";

/** Opens a list and then the first row whose text matches; false where the demonstration has none now. */
const rowOf =
  (list, text = /./) =>
  async (page, goTo) => {
    await goTo(list);
    for (let looked = 1; looked <= 8; looked++) {
      const row = page.locator("[data-rows] tr").filter({ hasText: text }).locator("[data-row-link]").first();
      if ((await row.count()) > 0) return goTo(await row.getAttribute("href"));
      const older = page.getByRole("link", { name: "Show older" });
      if ((await older.count()) === 0) return false;
      await goTo(await older.getAttribute("href"));
    }
    return false;
  };

const tabOf = (open, tab) => async (page, goTo) => {
  if ((await open(page, goTo)) === false) return false;
  return goTo(`${new URL(page.url()).pathname}?tab=${tab}`);
};

const waiting = rowOf("/promotions?view=waits-for-me");

/** `path` is an address; `open` finds one that depends on what is there. */
export const PAGES = [
  { name: "sign-in", path: "/sign-in" },
  { name: "promotions", as: TECH_LEAD, path: "/promotions" },
  { name: "promotions-waiting", as: APPROVER, path: "/promotions?view=waits-for-me" },
  { name: "promotions-empty", as: VIEWER, path: "/promotions?view=mine" },
  { name: "promotion-to-decide", as: TECH_LEAD, open: waiting },
  { name: "promotion-files", as: TECH_LEAD, open: tabOf(waiting, "files") },
  { name: "promotion-history", as: TECH_LEAD, open: tabOf(rowOf("/promotions?view=done"), "history") },
  { name: "promotion-own", as: AUTHOR, open: rowOf("/promotions?view=mine") },
  { name: "promotion-blocked", as: TECH_LEAD, open: rowOf("/promotions", /blocked/) },
  { name: "promotion-deployed", as: APPROVER, open: rowOf("/promotions?view=done", /deployed/) },
  { name: "promotion-rolled-back", as: APPROVER, open: rowOf("/promotions?view=done", /rolled back/) },
  { name: "not-found", as: VIEWER, path: "/promotions/999999" },
];
