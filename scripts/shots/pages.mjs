// Every page that has a picture. `as` names who looks: one of the demonstration's people, or nobody.
const TECH_LEAD = "Marcus Oyelaran";
const APPROVER = "Grace Mensah";
const AUTHOR = "Leila Haddad";
const VIEWER = "Charlotte Dubois";
const AUDITOR = "Viktor Lindqvist";
const ADMIN = "Nadia Petrova";
const SECOND_ADMIN = "Omar Siddiqui";

/** Opens a list and then the first row whose text matches; false where the demonstration has none now. */
const rowOf =
  (list, text = /./) =>
  async (page, goTo) => {
    await goTo(list);
    for (let looked = 1; looked <= 8; looked++) {
      // React shows what was streamed a moment after the page has loaded.
      const rows = page.locator("[data-rows] tr").first();
      await rows.waitFor({ timeout: 10_000 }).catch(() => undefined);
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

/** Opens the drawer of the first slot that has something in it. */
const slotDrawer = async (page, goTo) => {
  await goTo("/environments");
  // A phone is shown a list, once it has said how narrow it is.
  const cell = page.locator('main a[href*="slot="]').first();
  const href = await cell.getAttribute("href", { timeout: 10_000 }).catch(() => null);
  return href === null ? false : goTo(href);
};

const slotPage = async (page, goTo) => {
  if ((await slotDrawer(page, goTo)) === false) return false;
  return goTo(`/environments/slots/${new URL(page.url()).searchParams.get("slot")}`);
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
  { name: "environments", as: TECH_LEAD, path: "/environments" },
  { name: "environments-client", as: VIEWER, path: "/environments?client=acme" },
  { name: "slot-drawer", as: TECH_LEAD, open: slotDrawer },
  { name: "slot", as: TECH_LEAD, open: slotPage },
  { name: "environments-manage", as: ADMIN, path: "/environments/manage" },
  { name: "releases", as: TECH_LEAD, path: "/releases" },
  { name: "releases-withdrawn", as: VIEWER, path: "/releases?state=withdrawn" },
  { name: "release", as: TECH_LEAD, open: rowOf("/releases?state=live") },
  { name: "release-withdrawn", as: APPROVER, open: rowOf("/releases?state=withdrawn") },
  { name: "pipelines", as: TECH_LEAD, path: "/pipelines" },
  { name: "pipelines-durations", as: TECH_LEAD, path: "/pipelines?tab=durations" },
  { name: "pipeline-run", as: TECH_LEAD, open: rowOf("/pipelines?state=passed") },
  { name: "pipeline-run-failed", as: TECH_LEAD, open: rowOf("/pipelines?state=failed") },
  { name: "pipeline-run-tests", as: AUTHOR, open: tabOf(rowOf("/pipelines?state=passed"), "tests") },
  {
    name: "pipeline-run-tests-failed",
    as: TECH_LEAD,
    open: tabOf(rowOf("/pipelines?state=failed"), "tests"),
  },
  { name: "pipeline-run-artifacts", as: AUTHOR, open: tabOf(rowOf("/pipelines?state=passed"), "artifacts") },
  { name: "pipeline-run-timings", as: AUTHOR, open: tabOf(rowOf("/pipelines?state=passed"), "timings") },
  { name: "repositories", as: AUTHOR, path: "/repositories" },
  { name: "repository", as: AUTHOR, open: rowOf("/repositories", /payments/) },
  { name: "branches", as: AUTHOR, path: "/branches" },
  { name: "branches-stale", as: TECH_LEAD, path: "/branches?view=stale" },
  { name: "branches-misnamed", as: TECH_LEAD, path: "/branches?view=misnamed&repository=payments" },
  { name: "branches-deleted", as: AUTHOR, path: "/branches?view=deleted" },
  { name: "branches-none", as: AUTHOR, path: "/branches?q=no-such-branch" },
  { name: "pull-requests", as: AUTHOR, path: "/pull-requests" },
  { name: "pull-request", as: AUTHOR, open: rowOf("/pull-requests?state=all") },
  { name: "pull-request-commits", as: AUTHOR, open: tabOf(rowOf("/pull-requests?state=all"), "commits") },
  { name: "pull-request-new", as: AUTHOR, path: "/pull-requests/new?repository=payments" },
  { name: "work-items", as: VIEWER, path: "/work-items" },
  { name: "work-item", as: TECH_LEAD, open: rowOf("/work-items?state=completed") },
  { name: "work-item-viewer", as: VIEWER, open: rowOf("/work-items?state=completed") },
  { name: "people", as: ADMIN, path: "/people" },
  { name: "people-viewer", as: VIEWER, path: "/people?role=qa" },
  { name: "people-none", as: ADMIN, path: "/people?q=no-such-person" },
  { name: "people-requests", as: SECOND_ADMIN, path: "/people?tab=requests" },
  { name: "people-groups", as: ADMIN, path: "/people?tab=groups" },
  { name: "person", as: SECOND_ADMIN, open: rowOf("/people", /Kwame/) },
  { name: "person-viewer", as: VIEWER, open: rowOf("/people", /Grace/) },
  { name: "account", as: AUTHOR, path: "/people/me" },
  { name: "catalog", as: ADMIN, path: "/catalog" },
  { name: "catalog-filtered", as: VIEWER, path: "/catalog?installed=client" },
  { name: "catalog-nothing", as: VIEWER, path: "/catalog?q=nothing-like-it" },
  { name: "catalog-add-product", as: ADMIN, path: "/catalog?add=product" },
  { name: "product", as: ADMIN, path: "/catalog/payments" },
  { name: "product-viewer", as: VIEWER, path: "/catalog/payments" },
  { name: "product-add-repository", as: ADMIN, path: "/catalog/payments?act=repository" },
  { name: "product-add-component", as: ADMIN, path: "/catalog/payments?act=component" },
  { name: "clients", as: ADMIN, path: "/clients" },
  { name: "clients-add", as: ADMIN, path: "/clients?add=1" },
  { name: "client", as: ADMIN, path: "/clients/acme" },
  { name: "client-end", as: ADMIN, path: "/clients/acme?act=end&on=payout-vm" },
  { name: "policies", as: ADMIN, path: "/policies" },
  { name: "policies-viewer", as: VIEWER, path: "/policies" },
  { name: "policy-editor", as: ADMIN, path: "/policies/master-merge" },
  { name: "policy-editor-environment", as: ADMIN, path: "/policies/production" },
  { name: "policy-viewer", as: VIEWER, path: "/policies/sprint-merge" },
  { name: "policy-versions", as: ADMIN, path: "/policies/sprint-merge?tab=versions" },
  { name: "audit", as: AUDITOR, path: "/audit" },
  { name: "access-tokens", as: AUTHOR, path: "/access-tokens" },
  { name: "about", as: VIEWER, path: "/about" },
  { name: "settings", as: ADMIN, path: "/settings" },
  { name: "settings-permissions", as: AUDITOR, path: "/settings?tab=permissions" },
  { name: "settings-catalog", as: AUDITOR, path: "/settings?tab=catalog" },
  { name: "not-found", as: VIEWER, path: "/promotions/999999" },
];
