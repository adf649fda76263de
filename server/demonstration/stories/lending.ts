import { adding } from "../git-history";
import { configurationFiles, pipelineFile, SCRIPTS } from "../repository-files";
import type { ProductStory, SprintStory } from "./story";

const COMPONENTS = ["lending-api", "statement-vm"];

const README = `# Lending

Loans, instalments and the statements that every client's borrowers receive.

- \`src/lending-api\` is common to all clients.
- \`src/statement-vm\` is installed per client: letterheads and rules differ.
`;

const beginnings: ProductStory["beginnings"] = [
  {
    daysBefore: 58,
    by: "tomas",
    message: "Begin the lending repository",
    files: {
      "README.md": README,
      ...configurationFiles({
        DATABASE_POOL: { dev: "2", qa: "4", uat: "6", production: "16" },
        LOG_LEVEL: { dev: "debug", qa: "info", uat: "info", production: "info" },
      }),
      ...SCRIPTS,
    },
  },
  {
    daysBefore: 40,
    by: "sofia",
    message: "Work out instalments",
    files: {
      "src/lending-api/instalments.ts": `export type Loan = { principal: number; months: number; yearlyRate: number };

/** Minor units per month, rounded up so that nothing is left at the end. */
export function instalment({ principal, months, yearlyRate }: Loan): number {
  const rate = yearlyRate / 12;
  if (rate === 0) return Math.ceil(principal / months);
  return Math.ceil((principal * rate) / (1 - (1 + rate) ** -months));
}
`,
      "src/lending-api/server.ts": `import { instalment } from "./instalments";

export const routes = { "GET /loans/instalment": instalment };
`,
      "migrations/0001_loans.sql": `create table loans (
  id uuid primary key,
  principal bigint not null check (principal > 0),
  months smallint not null
);
`,
      "tests/loans.spec": `# name|file|what the file must say
rounds up|src/lending-api/instalments.ts|Math.ceil(principal / months)
`,
    },
  },
  {
    daysBefore: 26,
    by: "priya",
    message: "Write statements",
    files: {
      "src/statement-vm/statement.ts": `export function statement(borrower: string, due: number): string {
  return \`\${borrower}: \${due} is due.\`;
}
`,
      "tests/statements.spec": `says what is due|src/statement-vm/statement.ts|is due.
`,
    },
  },
  {
    daysBefore: 11,
    by: "tomas",
    message: "Declare the pipeline",
    files: {
      ".clearway/pipeline.yaml": pipelineFile(COMPONENTS, { min: 0, max: 2, after: 1, migration: "none" }),
    },
  },
];

const first: SprintStory = {
  features: [
    {
      key: "LEN-198",
      type: "story",
      title: "Borrowers can pay off early",
      slug: "early-payoff",
      author: "sofia",
      pushed: [1, "10:30"],
      opened: [1, "10:55"],
      approved: { at: [1, "15:35"], by: "leila" },
      commits: [
        {
          message: "work out what is left to pay",
          files: {
            "src/lending-api/payoff.ts": `export function payoff(principal: number, repaid: number): number {
  return Math.max(0, principal - repaid);
}
`,
            "tests/loans.spec": adding("is never negative|src/lending-api/payoff.ts|Math.max(0"),
          },
        },
      ],
    },
    {
      key: "LEN-201",
      type: "bug",
      title: "Statements show the wrong month in January",
      slug: "january",
      author: "priya",
      pushed: [4, "14:10"],
      opened: [4, "14:25"],
      approved: { at: [5, "09:30"], by: "tomas" },
      commits: [
        {
          message: "count months from one",
          files: {
            "src/statement-vm/month.ts": `export const monthOf = (day: Date): number => day.getUTCMonth() + 1;
`,
            "tests/statements.spec": adding("January is 1|src/statement-vm/month.ts|getUTCMonth() + 1"),
          },
        },
      ],
    },
  ],
  looks: [
    { at: [6, "10:40"], by: "seun", in: "qa" },
    { at: [6, "15:10"], by: "mei", in: "uat" },
  ],
  toMaster: {
    asked: { at: [8, "09:40"], by: "tomas" },
    votes: [
      { at: [8, "10:50"], by: "marcus" },
      { at: [8, "14:55"], by: "mei" },
    ],
  },
};

const second: SprintStory = {
  features: [
    {
      key: "LEN-204",
      type: "story",
      title: "Statements in the borrower's language",
      slug: "statement-locale",
      author: "priya",
      pushed: [2, "11:15"],
      opened: [2, "11:40"],
      approved: { at: [3, "10:05"], by: "leila" },
      commits: [
        {
          message: "read the locale from the configuration",
          coAuthor: "sofia",
          files: {
            "src/statement-vm/locale.ts": `import { setting } from "./settings";

export const LOCALE = setting("STATEMENT_LOCALE");
`,
            "src/statement-vm/settings.ts": `/** The value of a key of config/<environment>.env. */
export declare function setting(key: string): string;
`,
            "config/required-keys": adding("STATEMENT_LOCALE"),
            "config/dev.env": adding("STATEMENT_LOCALE=en"),
            "config/qa.env": adding("STATEMENT_LOCALE=en"),
            "config/uat.env": adding("STATEMENT_LOCALE=de"),
          },
        },
      ],
    },
    {
      key: "LEN-207",
      type: "task",
      title: "Show the yearly rate with every instalment",
      slug: "show-rate",
      author: "sofia",
      pushed: [4, "10:00"],
      opened: [4, "10:15"],
      approved: { at: [4, "14:50"], by: "priya" },
      commits: [
        {
          message: "answer with the rate",
          files: {
            "src/lending-api/rate.ts": `export const percent = (yearlyRate: number): string => \`\${(yearlyRate * 100).toFixed(2)} %\`;
`,
            "tests/loans.spec": adding("two digits|src/lending-api/rate.ts|toFixed(2)"),
          },
        },
      ],
    },
  ],
  looks: [
    { at: [6, "09:55"], by: "mei", in: "qa" },
    { at: [6, "14:30"], by: "seun", in: "uat" },
  ],
  toMaster: {
    asked: { at: [8, "10:20"], by: "tomas" },
    votes: [
      { at: [8, "13:05"], by: "seun" },
      { at: [8, "15:20"], by: "farid" },
    ],
  },
  rollouts: [
    {
      component: "lending-api",
      asked: { at: [0, "09:50"], by: "tomas" },
      votes: [
        { at: [0, "11:10"], by: "mei" },
        { at: [0, "14:00"], by: "farid" },
      ],
    },
    ...(["borealis", "cobalt", "delta"] as const).map((client, index) => ({
      component: "statement-vm",
      client,
      asked: { at: [1 + index, "09:35"] as const, by: "tomas" as const },
      votes: [
        { at: [1 + index, "10:15"] as const, by: "mei" as const },
        { at: [1 + index, "13:25"] as const, by: "grace" as const },
      ],
    })),
  ],
};

const third: SprintStory = {
  features: [
    {
      key: "LEN-214",
      type: "bug",
      title: "Production has no statement locale",
      slug: "production-locale",
      author: "sofia",
      pushed: [1, "09:50"],
      opened: [1, "10:05"],
      approved: { at: [1, "11:30"], by: "tomas", reason: "The same key that dev, QA and UAT have." },
      commits: [
        {
          message: "set the statement locale in production",
          files: { "config/production.env": adding("STATEMENT_LOCALE=en") },
        },
      ],
    },
    {
      key: "LEN-210",
      type: "story",
      title: "Payment holidays",
      slug: "payment-holiday",
      author: "priya",
      pushed: [3, "13:20"],
      opened: [3, "13:45"],
      approved: { at: [4, "10:35"], by: "sofia" },
      commits: [
        {
          message: "skip the months of a holiday",
          files: {
            "src/lending-api/holiday.ts": `/** At most this many months a year. */
export const HOLIDAY_MONTHS = 2;
`,
            "tests/loans.spec": adding("two months|src/lending-api/holiday.ts|HOLIDAY_MONTHS = 2"),
          },
        },
      ],
    },
  ],
  looks: [
    { at: [6, "10:10"], by: "seun", in: "qa" },
    { at: [6, "13:55"], by: "mei", in: "uat" },
  ],
  toMaster: {
    asked: { at: [8, "09:15"], by: "tomas" },
    votes: [
      { at: [8, "10:30"], by: "mei" },
      { at: [8, "13:40"], by: "grace" },
    ],
  },
  rollouts: [
    {
      component: "lending-api",
      asked: { at: [0, "10:30"], by: "tomas" },
      votes: [
        { at: [0, "11:45"], by: "seun" },
        { at: [0, "14:20"], by: "grace" },
      ],
    },
  ],
};

function open(last: number): SprintStory {
  return {
    features: [
      {
        key: "LEN-217",
        type: "story",
        title: "Statements as PDF",
        slug: "pdf",
        author: "priya",
        pushed: [0, "14:15"],
        opened: [0, "14:40"],
        approved: { at: [1, "10:25"], by: "leila" },
        commits: [
          {
            message: "lay a statement out on a page",
            files: {
              "src/statement-vm/page.ts": `export const PAGE = { width: 210, height: 297, margin: 20 };
`,
              "tests/statements.spec": adding("is A4|src/statement-vm/page.ts|width: 210, height: 297"),
            },
          },
        ],
      },
      {
        key: "LEN-219",
        type: "task",
        title: "Log every change of a rate",
        slug: "rate-log",
        author: "sofia",
        pushed: [1, "13:30"],
        opened: [1, "13:45"],
        approved: { at: [2, "09:50"], by: "priya" },
        commits: [
          {
            message: "write down who changed a rate",
            files: {
              "src/lending-api/rate-log.ts": `export type RateChange = { loan: string; from: number; to: number; by: string };
`,
            },
          },
        ],
      },
      {
        key: "LEN-222",
        type: "story",
        title: "Reminder before an instalment is due",
        slug: "reminder",
        author: "sofia",
        pushed: [last, "10:40"],
        commits: [
          {
            message: "remind three days before",
            files: {
              "src/lending-api/reminder.ts": `export const REMIND_DAYS_BEFORE = 3;
`,
            },
          },
        ],
      },
    ],
    looks: [
      { at: [2, "14:35"], by: "mei", in: "qa" },
      { at: [3, "10:00"], by: "seun", in: "uat" },
    ],
    toMaster: {
      asked: { at: [last, "09:25"], by: "tomas", reason: "Statements as PDF, and the log of rates." },
      votes: [
        { at: [last, "13:15"], by: "mei", reason: "Every page of the sample statements was looked at." },
      ],
    },
    rollouts: [
      {
        component: "lending-api",
        asked: { at: [0, "09:30"], by: "tomas" },
        votes: [
          { at: [0, "10:20"], by: "mei" },
          { at: [0, "13:50"], by: "farid" },
        ],
      },
      {
        component: "statement-vm",
        client: "delta",
        asked: { at: [1, "09:15"], by: "tomas" },
        votes: [
          { at: [1, "10:05"], by: "seun" },
          { at: [1, "11:25"], by: "marcus" },
        ],
      },
    ],
  };
}

export const lending: ProductStory = {
  key: "lending",
  techLead: "tomas",
  beginnings,
  closed: [first, second, third],
  open,
  backlog: [
    { key: "LEN-225", type: "story", title: "Joint borrowers" },
    { key: "LEN-228", type: "bug", title: "Rounding of the last instalment" },
  ],
};
