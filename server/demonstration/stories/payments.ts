import { adding, replacing } from "../git-history";
import { configurationFiles, everywhere, pipelineFile, SCRIPTS, schemaOf } from "../repository-files";
import type { Feature, ProductStory, SprintStory } from "./story";

const COMPONENTS = ["payments-api", "payout-vm"];
const FIRST_SCHEMA = { min: 0, max: 2, after: 1, migration: "none" } as const;

const README = `# Payments

Takes payments, refunds and payouts for every client of Meridian Pay.

- \`src/payments-api\` is common to all clients.
- \`src/payout-vm\` is installed per client: every bank has a file format and a window of its own.

What is built and checked stands in \`.clearway/pipeline.yaml\`. Branches: \`feature/<sprint>/<key>-<slug>\` into
\`sprint/<sprint>\`, that into \`master\`.
`;

const beginnings: ProductStory["beginnings"] = [
  {
    daysBefore: 61,
    by: "marcus",
    message: "Begin the payments repository",
    files: {
      "README.md": README,
      ...configurationFiles({
        DATABASE_POOL: { dev: "2", qa: "4", uat: "8", production: "24" },
        LOG_LEVEL: { dev: "debug", qa: "info", uat: "info", production: "info" },
        PAYOUT_WINDOW: everywhere("16:30"),
      }),
      ...SCRIPTS,
    },
  },
  {
    daysBefore: 54,
    by: "anjali",
    message: "Accept payments and refunds",
    files: {
      "src/payments-api/server.ts": `import { accept } from "./payments";
import { refund } from "./refunds";

export const routes = {
  "POST /payments": accept,
  "POST /refunds": refund,
};
`,
      "src/payments-api/payments.ts": `import { DAILY_LIMIT } from "./limits";

export type Payment = { id: string; amount: number; currency: string; debtor: string; creditor: string };

export function accept(payment: Payment): { accepted: boolean; reason?: string } {
  if (payment.amount <= 0) return { accepted: false, reason: "amount" };
  if (payment.amount > DAILY_LIMIT) return { accepted: false, reason: "limit" };
  return { accepted: true };
}
`,
      "src/payments-api/refunds.ts": `export type Refund = { paymentId: string; amount: number };

export function refund(request: Refund): { accepted: boolean } {
  return { accepted: request.amount > 0 };
}
`,
      "src/payments-api/limits.ts": `/** In minor units, per debtor and day. */
export const DAILY_LIMIT = 250_000;
`,
      "migrations/0001_payments.sql": `create table payments (
  id uuid primary key,
  amount bigint not null check (amount > 0),
  currency char(3) not null,
  created_at timestamptz not null default now()
);
`,
      "tests/api.spec": `# name|file|what the file must say
refuses amounts of nothing|src/payments-api/payments.ts|payment.amount <= 0
keeps to the daily limit|src/payments-api/payments.ts|payment.amount > DAILY_LIMIT
offers refunds|src/payments-api/server.ts|POST /refunds
`,
    },
  },
  {
    daysBefore: 33,
    by: "leila",
    message: "Pay out by bank file",
    files: {
      "src/payout-vm/scheduler.ts": `import { writeBankFile } from "./bank-file";
import { setting } from "./settings";

const WINDOW = setting("PAYOUT_WINDOW");

export function payOut(payouts: { iban: string; amount: number }[]): string {
  return writeBankFile(payouts, WINDOW);
}
`,
      "src/payout-vm/settings.ts": `/** The value of a key of config/<environment>.env. */
export declare function setting(key: string): string;
`,
      "src/payout-vm/bank-file.ts": `/** One line per payout, as the banks take it. */
export function writeBankFile(payouts: { iban: string; amount: number }[], window: string): string {
  const lines = payouts.map(({ iban, amount }) => \`\${iban};\${amount}\`);
  return [\`WINDOW;\${window}\`, ...lines].join("\\n");
}
`,
      "tests/payouts.spec": `writes the window first|src/payout-vm/bank-file.ts|WINDOW;
pays out at the window|src/payout-vm/scheduler.ts|PAYOUT_WINDOW
`,
    },
  },
  {
    daysBefore: 12,
    by: "marcus",
    message: "Declare the pipeline",
    files: { ".clearway/pipeline.yaml": pipelineFile(COMPONENTS, FIRST_SCHEMA) },
  },
];

const first: SprintStory = {
  features: [
    {
      key: "PAY-351",
      type: "story",
      title: "Payers see why a payment was refused",
      slug: "refusal-reasons",
      author: "leila",
      pushed: [1, "11:20"],
      opened: [1, "11:45"],
      approved: { at: [2, "09:40"], by: "kwame" },
      commits: [
        {
          message: "name the reasons for a refusal",
          files: {
            "src/payments-api/reasons.ts": `/** What the payer reads, by the code that the API answers. */
export const REASONS: Record<string, string> = {
  amount: "The amount must be more than zero.",
  limit: "This is more than can be paid in one day.",
};
`,
            "tests/api.spec": adding(
              "explains the limit|src/payments-api/reasons.ts|more than can be paid in one day",
            ),
          },
        },
        {
          message: "answer with the reason in words",
          files: {
            "src/payments-api/payments.ts": replacing(
              `import { DAILY_LIMIT } from "./limits";`,
              `import { DAILY_LIMIT } from "./limits";\nimport { REASONS } from "./reasons";`,
            ),
          },
        },
      ],
    },
    {
      key: "PAY-347",
      type: "bug",
      title: "Payout file has no count of its lines",
      slug: "payout-line-count",
      author: "kwame",
      pushed: [2, "15:05"],
      opened: [2, "15:20"],
      approved: { at: [3, "10:30"], by: "anjali", reason: "Checked against Acme's format description." },
      commits: [
        {
          message: "end the bank file with the number of payouts",
          coAuthor: "leila",
          files: {
            "src/payout-vm/bank-file.ts": replacing(
              `...lines].join`,
              `...lines, \`COUNT;\${lines.length}\`].join`,
            ),
            "tests/payouts.spec": adding("counts its lines|src/payout-vm/bank-file.ts|COUNT;"),
          },
        },
      ],
    },
    {
      key: "PAY-356",
      type: "task",
      title: "Alert when the payout window is missed",
      slug: "window-alert",
      author: "leila",
      pushed: [5, "13:50"],
      opened: [5, "14:15"],
      approved: { at: [6, "09:25"], by: "kwame" },
      commits: [
        {
          message: "say when a window was missed",
          files: {
            "src/payout-vm/alerts.ts": `/** Minutes after the window at which somebody is called. */
export const CALL_AFTER = 10;

export function isMissed(minutesLate: number): boolean {
  return minutesLate > CALL_AFTER;
}
`,
            "tests/payouts.spec": adding(
              "calls somebody|src/payout-vm/alerts.ts|CALL_AFTER = 10|nobody was called within 2 s",
            ),
          },
        },
      ],
    },
  ],
  looks: [
    { at: [3, "14:10"], by: "mei", in: "qa" },
    { at: [7, "10:15"], by: "seun", in: "qa" },
    { at: [7, "15:30"], by: "mei", in: "uat" },
  ],
  toMaster: {
    asked: { at: [8, "10:05"], by: "anjali" },
    votes: [
      { at: [8, "13:20"], by: "mei" },
      { at: [8, "15:45"], by: "grace" },
    ],
  },
};

const second: SprintStory = {
  features: [
    {
      key: "PAY-362",
      type: "story",
      title: "Refunds keep to the amount that was paid",
      slug: "refund-limit",
      author: "kwame",
      pushed: [0, "15:40"],
      opened: [0, "16:10"],
      approved: { at: [1, "10:20"], by: "leila" },
      commits: [
        {
          message: "compare a refund with its payment",
          files: {
            "src/payments-api/refunds.ts": `export type Refund = { paymentId: string; amount: number; paid: number };

export function refund(request: Refund): { accepted: boolean } {
  return { accepted: request.amount > 0 };
}
`,
          },
        },
      ],
    },
    {
      key: "PAY-359",
      type: "story",
      title: "Payments carry the creditor's reference",
      slug: "creditor-reference",
      author: "leila",
      pushed: [2, "12:10"],
      opened: [2, "12:30"],
      approved: { at: [2, "16:25"], by: "anjali" },
      description: "Adds a column; the code works with and without it, so it can go back.",
      commits: [
        {
          message: "add the column for the reference",
          files: {
            "migrations/0002_creditor_reference.sql": `alter table payments add column creditor_reference text;
`,
            ".clearway/pipeline.yaml": replacing(
              schemaOf(FIRST_SCHEMA),
              schemaOf({ min: 0, max: 3, after: 2, migration: "expand" }),
            ),
          },
        },
        {
          message: "take the reference with a payment",
          files: {
            "src/payments-api/payments.ts": replacing(
              "creditor: string };",
              "creditor: string; creditorReference?: string };",
            ),
            "tests/api.spec": adding("keeps the reference|src/payments-api/payments.ts|creditorReference"),
          },
        },
      ],
    },
    {
      key: "PAY-366",
      type: "bug",
      title: "Refunds above the payment are accepted",
      slug: "refund-above-payment",
      author: "kwame",
      pushed: [5, "10:45"],
      opened: [5, "11:05"],
      approved: { at: [5, "15:10"], by: "leila" },
      commits: [
        {
          message: "refuse refunds above what was paid",
          files: {
            "src/payments-api/refunds.ts": replacing(
              "request.amount > 0 }",
              "request.amount > 0 && request.amount <= request.paid }",
            ),
            "tests/api.spec": adding(
              "refuses refunds above the payment|src/payments-api/refunds.ts|request.amount <= request.paid",
            ),
          },
        },
      ],
    },
    {
      key: "PAY-364",
      type: "task",
      title: "One name for the payout schedule",
      slug: "rename-schedule",
      author: "leila",
      pushed: [6, "09:35"],
      opened: [6, "10:00"],
      approved: { at: [6, "14:05"], by: "marcus" },
      commits: [
        {
          message: "call the scheduler what it is",
          renames: { "src/payout-vm/scheduler.ts": "src/payout-vm/schedule.ts" },
          files: {
            "tests/payouts.spec": replacing("src/payout-vm/scheduler.ts", "src/payout-vm/schedule.ts"),
          },
        },
      ],
    },
  ],
  looks: [
    {
      at: [3, "11:30"],
      by: "mei",
      in: "qa",
      rejects: {
        component: "payments-api",
        reason: "A refund of twice the payment is accepted. See PAY-366.",
      },
    },
    { at: [7, "09:50"], by: "seun", in: "qa" },
    { at: [7, "14:40"], by: "seun", in: "uat" },
  ],
  toMaster: {
    asked: { at: [8, "09:30"], by: "anjali" },
    votes: [
      { at: [8, "11:15"], by: "farid" },
      { at: [8, "14:25"], by: "seun" },
    ],
  },
  rollouts: [
    {
      component: "payments-api",
      asked: { at: [0, "09:20"], by: "anjali" },
      votes: [
        { at: [0, "10:40"], by: "mei" },
        { at: [0, "13:10"], by: "grace" },
      ],
    },
    {
      component: "payout-vm",
      client: "acme",
      asked: { at: [1, "09:10"], by: "anjali" },
      votes: [
        { at: [1, "09:45"], by: "seun" },
        { at: [1, "11:00"], by: "farid" },
      ],
    },
    {
      component: "payout-vm",
      client: "borealis",
      asked: { at: [1, "09:15"], by: "marcus" },
      votes: [
        { at: [1, "14:00"], by: "hana" },
        { at: [1, "15:10"], by: "farid" },
      ],
    },
    {
      component: "payout-vm",
      client: "cobalt",
      asked: { at: [1, "09:25"], by: "anjali", reason: "With the others." },
      votes: [{ at: [1, "11:10"], by: "farid" }],
      cancelled: {
        at: [1, "16:00"],
        by: "anjali",
        reason: "Cobalt asks to wait until its month end is closed.",
      },
    },
  ],
  strays: [
    {
      branch: "feature/{sprint}/PAY-369-sepa-instant",
      author: "leila",
      pushed: [4, "16:40"],
      commits: [
        {
          message: "PAY-369: sketch instant payments",
          files: { "src/payments-api/instant.ts": `export const INSTANT_LIMIT = 100_000;\n` },
        },
      ],
    },
  ],
};

const third: SprintStory = {
  features: [
    {
      key: "PAY-371",
      type: "story",
      title: "Payouts are retried when the bank does not answer",
      slug: "payout-retry",
      author: "leila",
      pushed: [1, "14:20"],
      opened: [1, "14:45"],
      approved: { at: [2, "10:10"], by: "anjali" },
      commits: [
        {
          message: "retry with growing pauses",
          coAuthor: "kwame",
          files: {
            "src/payout-vm/retry.ts": `/** Seconds before each further attempt. */
export const PAUSES = [5, 30, 180];

export function nextPause(attempt: number): number | null {
  return PAUSES[attempt] ?? null;
}
`,
          },
        },
        {
          message: "test the pauses",
          by: "leila",
          files: {
            "tests/payouts.spec": adding("waits longer each time|src/payout-vm/retry.ts|[5, 30, 180]"),
          },
        },
      ],
    },
    {
      key: "PAY-374",
      type: "task",
      title: "Statement of payments per day",
      slug: "daily-statement",
      author: "kwame",
      pushed: [3, "11:00"],
      opened: [3, "11:20"],
      approved: { at: [3, "16:35"], by: "anjali" },
      commits: [
        {
          message: "sum the payments of a day",
          files: {
            "src/payments-api/statement.ts": `export function total(amounts: readonly number[]): number {
  return amounts.reduce((sum, amount) => sum + amount, 0);
}
`,
            "tests/api.spec": adding("sums a day|src/payments-api/statement.ts|sum + amount"),
          },
        },
      ],
    },
    {
      key: "PAY-378",
      type: "bug",
      title: "Currency is lost in refusals",
      slug: "refusal-currency",
      author: "kwame",
      pushed: [6, "10:15"],
      opened: [6, "10:30"],
      approved: { at: [6, "13:45"], by: "leila" },
      commits: [
        {
          message: "name the currency where a payment is refused",
          files: {
            "src/payments-api/reasons.ts": adding(
              "",
              'export const withCurrency = (text: string, currency: string) => [text, currency].join(" ");',
            ),
          },
        },
      ],
    },
  ],
  looks: [
    { at: [4, "10:30"], by: "mei", in: "qa" },
    { at: [7, "09:30"], by: "mei", in: "qa" },
    { at: [7, "14:10"], by: "seun", in: "uat" },
  ],
  toMaster: {
    asked: { at: [8, "09:45"], by: "anjali" },
    votes: [
      { at: [8, "11:40"], by: "mei" },
      { at: [8, "16:05"], by: "farid" },
    ],
  },
  rollouts: [
    {
      component: "payments-api",
      asked: { at: [0, "10:00"], by: "anjali" },
      votes: [
        { at: [0, "11:30"], by: "grace" },
        { at: [0, "13:30"], by: "seun" },
      ],
    },
    {
      component: "payout-vm",
      client: "acme",
      asked: { at: [1, "09:30"], by: "marcus" },
      votes: [
        { at: [1, "10:20"], by: "mei" },
        { at: [1, "12:00"], by: "grace" },
      ],
    },
    {
      component: "payout-vm",
      client: "cobalt",
      asked: { at: [2, "09:00"], by: "anjali", reason: "Cobalt's month end is closed." },
      votes: [
        { at: [2, "09:40"], by: "seun" },
        { at: [2, "13:00"], by: "farid" },
      ],
    },
  ],
  strays: [
    {
      branch: "payout-hotfix-test",
      author: "kwame",
      pushed: [5, "18:05"],
      commits: [{ message: "try another window", files: { "config/dev.env": replacing("16:30", "17:15") } }],
    },
  ],
};

const LIMITS = "src/payments-api/limits.ts";
const limit = (amount: string) => ({
  [LIMITS]: replacing("DAILY_LIMIT = 250_000", `DAILY_LIMIT = ${amount}`),
});

function open(last: number): SprintStory {
  const features: Feature[] = [
    {
      key: "PAY-381",
      type: "story",
      title: "Higher daily limit for verified payers",
      slug: "verified-limit",
      author: "leila",
      pushed: [1, "11:40"],
      opened: [1, "12:00"],
      approved: { at: [2, "09:15"], by: "anjali" },
      commits: [{ message: "raise the limit to 400,000", files: limit("400_000") }],
    },
    {
      key: "PAY-385",
      type: "story",
      title: "Lower limit for new payers",
      slug: "new-payer-limit",
      author: "kwame",
      pushed: [1, "15:30"],
      opened: [3, "10:20"],
      commits: [{ message: "begin with 300,000", files: limit("300_000") }],
    },
    {
      key: "PAY-383",
      type: "task",
      title: "Record who released a payout file",
      slug: "release-record",
      author: "kwame",
      pushed: [last - 1, "10:30"],
      opened: [last - 1, "10:50"],
      approved: { at: [last - 1, "15:20"], by: "leila" },
      commits: [
        {
          message: "keep the releaser's name with the file",
          files: {
            "src/payout-vm/releases.ts": `export type FileRelease = { file: string; releasedBy: string; at: Date };
`,
            "tests/payouts.spec": adding("knows who released|src/payout-vm/releases.ts|releasedBy"),
          },
        },
      ],
    },
    {
      key: "PAY-388",
      type: "story",
      title: "Payout confirmation by e-mail",
      slug: "payout-confirmation",
      author: "leila",
      pushed: [last, "11:10"],
      opened: [last, "11:30"],
      description: "One mail per client and window, not one per payout.",
      commits: [
        {
          message: "collect the payouts of a window",
          files: {
            "src/payout-vm/confirmation.ts": `export function subject(client: string, count: number): string {
  return \`\${count} payouts for \${client} are on their way\`;
}
`,
          },
        },
        {
          message: "test the subject of the mail",
          files: {
            "tests/payouts.spec": adding("says how many|src/payout-vm/confirmation.ts|payouts for"),
          },
        },
      ],
    },
    {
      key: "PAY-390",
      type: "task",
      title: "Split the bank file by currency",
      slug: "file-per-currency",
      author: "kwame",
      pushed: [last, "14:25"],
      opened: [last, "14:45"],
      isBuiltHere: true,
      commits: [
        {
          message: "group payouts by currency",
          files: {
            "src/payout-vm/currencies.ts": `export const CURRENCIES = ["EUR", "GBP", "CHF"] as const;
`,
          },
        },
      ],
    },
  ];
  return {
    features,
    looks: [{ at: [2, "14:00"], by: "seun", in: "qa" }],
    rollouts: [
      {
        component: "payments-api",
        asked: { at: [0, "09:40"], by: "anjali" },
        votes: [
          { at: [0, "10:50"], by: "mei" },
          { at: [0, "12:30"], by: "grace" },
        ],
      },
      {
        component: "payout-vm",
        client: "acme",
        asked: { at: [1, "09:05"], by: "marcus" },
        votes: [
          { at: [1, "09:55"], by: "seun" },
          { at: [1, "10:35"], by: "farid" },
        ],
      },
      {
        component: "payout-vm",
        client: "cobalt",
        asked: { at: [last, "09:50"], by: "anjali", reason: "Agreed with Cobalt for this week." },
        votes: [],
      },
    ],
  };
}

export const payments: ProductStory = {
  key: "payments",
  techLead: "anjali",
  beginnings,
  closed: [first, second, third],
  open,
  backlog: [
    { key: "PAY-369", type: "story", title: "Instant payments" },
    { key: "PAY-412", type: "story", title: "Retry payments that time out" },
    { key: "PAY-415", type: "bug", title: "Cut-off time is ignored on bank holidays" },
    { key: "PAY-418", type: "task", title: "Payout cut-off per client" },
    { key: "PAY-421", type: "story", title: "Refund in parts" },
  ],
};
