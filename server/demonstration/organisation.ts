import type { ComponentScope } from "@/domain/catalog/components";
import type { Role } from "@/domain/people/roles";

export const ORGANISATION_NAME = "Meridian Pay";

type GivenGrant = { role: Role; product?: string; client?: string };
type GivenPerson = { name: string; title: string; email: string; grants: readonly GivenGrant[] };

const on = (role: Role, ...products: string[]): GivenGrant[] =>
  products.map((product) => ({ role, product }));
const everywhere = (role: Role): GivenGrant[] => [{ role }];

export const PEOPLE = {
  anjali: person("Anjali Shrestha", "Tech lead, Payments and Ledger", on("tech_lead", "payments", "ledger")),
  tomas: person("Tomás Herrera", "Tech lead, Lending", on("tech_lead", "lending")),
  marcus: person("Marcus Oyelaran", "Principal engineer", everywhere("tech_lead")),
  grace: person("Grace Mensah", "Head of release management", everywhere("release_approver")),
  farid: person("Farid Rahimi", "Release manager", everywhere("release_approver")),
  hana: person("Hana Suzuki", "Delivery owner, Borealis", [
    { role: "release_approver", client: "borealis" },
    { role: "qa", client: "borealis" },
  ]),
  leila: person("Leila Haddad", "Senior developer", on("developer", "payments", "lending")),
  kwame: person("Kwame Boateng", "Developer", on("developer", "payments", "ledger")),
  sofia: person("Sofia Rossi", "Developer", on("developer", "lending")),
  priya: person("Priya Nair", "Senior developer", on("developer", "lending", "ledger")),
  mei: person("Mei Lin Chua", "QA lead", everywhere("qa")),
  seun: person("Seun Adeyemi", "QA engineer", everywhere("qa")),
  charlotte: person("Charlotte Dubois", "VP Product", everywhere("viewer")),
  viktor: person("Viktor Lindqvist", "Internal auditor", everywhere("auditor")),
  nadia: person("Nadia Petrova", "Platform engineer", everywhere("platform_admin")),
  omar: person("Omar Siddiqui", "Head of platform", everywhere("platform_admin")),
} as const satisfies Record<string, GivenPerson>;
export type PersonKey = keyof typeof PEOPLE;

function person(name: string, title: string, grants: readonly GivenGrant[]): GivenPerson {
  const address = name
    .normalize("NFD")
    .replace(/[^A-Za-z ]/g, "")
    .toLowerCase()
    .replaceAll(" ", ".");
  return { name, title, email: `${address}@meridian.example`, grants };
}

export const CLIENTS = [
  { key: "acme", name: "Acme" },
  { key: "borealis", name: "Borealis" },
  { key: "cobalt", name: "Cobalt" },
  { key: "delta", name: "Delta" },
] as const;
export type ClientKey = (typeof CLIENTS)[number]["key"];

type GivenComponent = {
  key: string;
  name: string;
  scope: ComponentScope;
  /** Who has it; client components only. */
  clients: readonly ClientKey[];
};
export type GivenProduct = {
  key: string;
  name: string;
  repository: { key: string; name: string };
  components: readonly GivenComponent[];
};

const common = (key: string, name: string): GivenComponent => ({ key, name, scope: "common", clients: [] });

export const PRODUCTS: readonly GivenProduct[] = [
  {
    key: "payments",
    name: "Payments",
    repository: { key: "payments", name: "Payments" },
    components: [
      common("payments-api", "Payments API"),
      { key: "payout-vm", name: "Payout VM", scope: "client", clients: ["acme", "borealis", "cobalt"] },
    ],
  },
  {
    key: "lending",
    name: "Lending",
    repository: { key: "lending", name: "Lending" },
    components: [
      common("lending-api", "Lending API"),
      {
        key: "statement-vm",
        name: "Statement VM",
        scope: "client",
        clients: ["borealis", "cobalt", "delta"],
      },
    ],
  },
  {
    key: "ledger",
    name: "Ledger",
    repository: { key: "ledger", name: "Ledger" },
    components: [common("ledger-api", "Ledger API")],
  },
];
