import { adding, replacing } from "../git-history";
import { configurationFiles, pipelineFile, SCRIPTS } from "../repository-files";
import type { ProductStory, SprintStory } from "./story";

const README = `# Ledger

The double-entry ledger behind payments and lending: postings, balances, reconciliation.
`;

const beginnings: ProductStory["beginnings"] = [
  {
    daysBefore: 70,
    by: "priya",
    message: "Begin the ledger repository",
    files: {
      "README.md": README,
      ...configurationFiles({
        DATABASE_POOL: { dev: "2", qa: "4", uat: "12", production: "40" },
        LOG_LEVEL: { dev: "debug", qa: "info", uat: "info", production: "warn" },
        RECONCILE_AT: { dev: "*/10", qa: "02:00", uat: "02:00", production: "02:00" },
      }),
      ...SCRIPTS,
    },
  },
  {
    daysBefore: 47,
    by: "kwame",
    message: "Post and balance",
    files: {
      "src/ledger-api/postings.ts": `export type Posting = { account: string; amount: number };

/** Debits and credits of one entry must cancel each other out. */
export function isBalanced(postings: readonly Posting[]): boolean {
  return postings.reduce((sum, posting) => sum + posting.amount, 0) === 0;
}
`,
      "src/ledger-api/balances.ts": `import type { Posting } from "./postings";

export function balance(account: string, postings: readonly Posting[]): number {
  return postings.filter((one) => one.account === account).reduce((sum, one) => sum + one.amount, 0);
}
`,
      "src/ledger-api/reconcile.ts": `/** Rows that are compared at a time. */
export const BATCH = 500;
export const LOCK_WAIT_SECONDS = 30;
`,
      "migrations/0001_postings.sql": `create table postings (
  id bigint generated always as identity primary key,
  account text not null,
  amount bigint not null
);
`,
      "tests/ledger.spec": `# name|file|what the file must say
entries balance|src/ledger-api/postings.ts|=== 0
reconciles in batches|src/ledger-api/reconcile.ts|BATCH = 500
`,
    },
  },
  {
    daysBefore: 10,
    by: "priya",
    message: "Declare the pipeline",
    files: {
      ".clearway/pipeline.yaml": pipelineFile(["ledger-api"], {
        min: 0,
        max: 2,
        after: 1,
        migration: "none",
      }),
    },
  },
];

const first: SprintStory = {
  features: [
    {
      key: "LED-88",
      type: "story",
      title: "Balances at any past moment",
      slug: "balance-at",
      author: "priya",
      pushed: [1, "13:10"],
      opened: [1, "13:30"],
      approved: { at: [2, "11:05"], by: "kwame" },
      commits: [
        {
          message: "read balances as of a moment",
          files: {
            "src/ledger-api/as-of.ts": `export const asOf = (moment: Date): string => \`created_at <= '\${moment.toISOString()}'\`;
`,
            "tests/ledger.spec": adding("includes the moment|src/ledger-api/as-of.ts|created_at <="),
          },
        },
      ],
    },
  ],
  looks: [
    { at: [4, "10:20"], by: "mei", in: "qa" },
    { at: [4, "14:45"], by: "seun", in: "uat" },
  ],
  toMaster: {
    asked: { at: [7, "10:15"], by: "anjali" },
    votes: [
      { at: [7, "11:50"], by: "seun" },
      { at: [7, "15:05"], by: "marcus" },
    ],
  },
};

const second: SprintStory = {
  features: [
    {
      key: "LED-91",
      type: "story",
      title: "Reconcile every hour",
      slug: "hourly-reconciliation",
      author: "kwame",
      pushed: [1, "15:20"],
      opened: [1, "15:45"],
      approved: { at: [2, "10:40"], by: "anjali" },
      commits: [
        {
          message: "compare in larger batches",
          coAuthor: "priya",
          files: {
            "src/ledger-api/reconcile.ts": replacing("BATCH = 500", "BATCH = 20_000"),
            "tests/ledger.spec": replacing("BATCH = 500", "BATCH = 20_000"),
          },
        },
      ],
    },
  ],
  looks: [
    { at: [3, "11:00"], by: "seun", in: "qa" },
    { at: [3, "15:40"], by: "seun", in: "uat" },
  ],
  toMaster: {
    asked: { at: [6, "09:35"], by: "anjali" },
    votes: [
      { at: [6, "10:45"], by: "mei" },
      { at: [6, "14:10"], by: "farid" },
    ],
  },
  rollouts: [
    {
      component: "ledger-api",
      asked: { at: [0, "10:10"], by: "anjali" },
      votes: [
        { at: [0, "11:20"], by: "seun" },
        { at: [0, "15:00"], by: "grace" },
      ],
    },
    {
      component: "ledger-api",
      asked: { at: [7, "09:15"], by: "anjali" },
      votes: [
        { at: [7, "10:00"], by: "mei" },
        { at: [7, "11:30"], by: "grace" },
      ],
    },
  ],
  rollbacks: [
    {
      component: "ledger-api",
      asked: {
        at: [8, "07:55"],
        by: "anjali",
        reason: "Reconciliation locks the postings for minutes; payments wait for it.",
      },
      votes: [{ at: [8, "08:05"], by: "farid", reason: "Seen on the lock monitor." }],
    },
  ],
};

// Reviewed by whoever had no hand in the batches before.
const third: SprintStory = {
  features: [
    {
      key: "LED-95",
      type: "bug",
      title: "Reconciliation locks the postings",
      slug: "reconcile-without-lock",
      author: "priya",
      pushed: [1, "10:10"],
      opened: [1, "10:30"],
      approved: { at: [1, "14:25"], by: "marcus", reason: "Reads a snapshot now, no lock is taken." },
      commits: [
        {
          message: "go back to small batches",
          files: {
            "src/ledger-api/reconcile.ts": replacing("BATCH = 20_000", "BATCH = 500"),
            "tests/ledger.spec": replacing("BATCH = 20_000", "BATCH = 500"),
          },
        },
        {
          message: "read a snapshot and take no lock",
          files: {
            "src/ledger-api/snapshot.ts": `export const ISOLATION = "repeatable read, read only";
`,
            "tests/ledger.spec": adding("takes no lock|src/ledger-api/snapshot.ts|read only"),
          },
        },
      ],
    },
    {
      key: "LED-93",
      type: "task",
      title: "Name accounts by the chart of accounts",
      slug: "chart-of-accounts",
      author: "kwame",
      pushed: [3, "14:00"],
      opened: [3, "14:20"],
      approved: { at: [4, "09:35"], by: "priya" },
      commits: [
        {
          message: "list the accounts",
          files: {
            "src/ledger-api/accounts.ts": `export const ACCOUNTS = { cash: "1000", receivables: "1200", payouts: "2100" } as const;
`,
          },
        },
      ],
    },
  ],
  looks: [
    { at: [5, "10:30"], by: "mei", in: "qa" },
    { at: [5, "15:15"], by: "seun", in: "uat" },
  ],
  toMaster: {
    asked: { at: [8, "10:40"], by: "anjali" },
    votes: [
      { at: [8, "12:10"], by: "seun" },
      { at: [8, "16:20"], by: "grace" },
    ],
  },
};

function open(last: number): SprintStory {
  return {
    features: [
      {
        key: "LED-98",
        type: "story",
        title: "Export of postings for the auditors",
        slug: "auditor-export",
        author: "priya",
        pushed: [1, "11:25"],
        opened: [1, "11:50"],
        approved: { at: [2, "13:30"], by: "kwame" },
        commits: [
          {
            message: "write postings as lines",
            files: {
              "src/ledger-api/export.ts": `export const line = (account: string, amount: number): string => \`\${account};\${amount}\`;
`,
              "tests/ledger.spec": adding("one line each|src/ledger-api/export.ts|export const line"),
            },
          },
        ],
      },
      {
        key: "LED-100",
        type: "task",
        title: "Smaller batches on busy days",
        slug: "busy-days",
        author: "priya",
        pushed: [last - 1, "14:30"],
        opened: [last - 1, "14:50"],
        description: "Half the size; the test still has to follow.",
        commits: [
          {
            message: "halve the batches",
            files: { "src/ledger-api/reconcile.ts": replacing("BATCH = 500", "BATCH = 250") },
          },
        ],
      },
      {
        key: "LED-102",
        type: "story",
        title: "Close a month so that nothing is posted into it",
        slug: "close-month",
        author: "kwame",
        pushed: [last, "15:40"],
        opened: [last, "16:05"],
        isBuiltHere: true,
        commits: [
          {
            message: "refuse postings into a closed month",
            coAuthor: "priya",
            files: {
              "src/ledger-api/months.ts": `export function isClosed(month: string, closed: readonly string[]): boolean {
  return closed.includes(month);
}
`,
              "tests/ledger.spec": adding(
                "knows closed months|src/ledger-api/months.ts|closed.includes(month)",
              ),
            },
          },
        ],
      },
    ],
    looks: [{ at: [3, "09:40"], by: "mei", in: "qa" }],
    rollouts: [
      {
        component: "ledger-api",
        asked: { at: [1, "10:00"], by: "anjali" },
        votes: [
          { at: [1, "11:05"], by: "seun" },
          { at: [1, "13:40"], by: "grace" },
        ],
      },
    ],
  };
}

export const ledger: ProductStory = {
  key: "ledger",
  techLead: "anjali",
  beginnings,
  closed: [first, second, third],
  open,
  backlog: [
    { key: "LED-105", type: "story", title: "Accounts in several currencies" },
    { key: "LED-107", type: "task", title: "Archive postings after ten years" },
  ],
};
