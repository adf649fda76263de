import path from "node:path";
import { defineConfig } from "vitest/config";

// Nepal is UTC+05:45: a rule that confuses local time with UTC cannot pass by luck.
process.env.TZ = "Asia/Kathmandu";

/** Nightly, fault tests run many more rounds; CLEARWAY_SEED repeats a run that failed. */
const seed = Number(process.env.CLEARWAY_SEED ?? Math.floor(Math.random() * 2 ** 31));

const database = {
  globalSetup: "./db/testing/global-setup.ts",
  pool: "forks" as const,
  maxWorkers: 2,
};

const shared = {
  environment: "node",
  restoreMocks: true,
  unstubEnvs: true,
  // What is awaited comes late on a busy machine; a second, the default, is no promise of ours.
  expect: { poll: { timeout: 10_000 } },
  passWithNoTests: false,
  // Only against what hangs: how long real processes, files and git take is the machine's matter. A test whose
  // promise is a time measures it.
  testTimeout: 60_000,
  hookTimeout: 180_000,
} as const;

export default defineConfig({
  resolve: {
    alias: {
      "@": path.resolve(import.meta.dirname),
      // The package throws outside React's server graph; in tests every module is on the server.
      "server-only": path.resolve(import.meta.dirname, "node_modules/server-only/empty.js"),
    },
  },
  define: { __FAILPOINTS__: "true" },
  test: {
    projects: [
      {
        extends: true,
        test: {
          ...shared,
          name: "unit",
          include: ["{domain,db,server,components,scripts}/**/*.test.{ts,tsx}"],
          exclude: ["**/*.db.test.ts", "**/node_modules/**"],
          maxWorkers: 2,
        },
      },
      {
        extends: true,
        test: {
          ...shared,
          name: "db",
          include: ["{domain,db,server,components,scripts}/**/*.db.test.ts"],
          ...database,
          provide: { faults: { isNightly: false, seed } },
        },
      },
      {
        extends: true,
        test: {
          ...shared,
          name: "nightly",
          include: ["server/faults/**/*.db.test.ts", "server/faults/**/*.nightly.ts"],
          ...database,
          provide: { faults: { isNightly: true, seed } },
        },
      },
    ],
  },
});
