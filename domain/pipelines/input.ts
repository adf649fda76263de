import { z } from "zod";
import { RUN_STATES } from "./status";
import { TEST_VIEWS } from "./test-results";

const Key = z.string().min(1).max(100);
const RunNumber = z.number().int().positive().max(2_147_483_647);
const Branch = z.string().min(1).max(244);

export const ListRuns = z.strictObject({
  productKey: Key.optional(),
  repositoryKey: Key.optional(),
  /** Without refs/heads/. */
  branch: Branch.optional(),
  states: z.array(z.enum(RUN_STATES)).max(RUN_STATES.length).optional(),
  /** The number of the last run of the page before. */
  before: RunNumber.optional(),
  limit: z.number().int().min(1).max(100).default(50),
});
export type ListRuns = z.infer<typeof ListRuns>;

export const GetRun = z.strictObject({ number: RunNumber });
export type GetRun = z.infer<typeof GetRun>;

export const ReadJobLog = z.strictObject({
  jobId: z.uuid(),
  /** `nextOffset` of the answer before; 0 at first. */
  offset: z.number().int().min(0).default(0),
});
export type ReadJobLog = z.infer<typeof ReadJobLog>;

/** Lines are counted as they are shown, from 0. */
export const SearchJobLog = z.strictObject({ jobId: z.uuid(), words: z.string().trim().min(1).max(200) });
export type SearchJobLog = z.infer<typeof SearchJobLog>;

export const ListTests = z.strictObject({
  number: RunNumber,
  view: z.enum(TEST_VIEWS).default("all"),
  /** In the name of the test, its suite or its file. */
  words: z.string().trim().min(1).max(200).optional(),
  /** `next` of the page before. */
  after: z
    .string()
    .regex(/^\d\.\d{1,6}\.\d{1,6}$/)
    .optional(),
  limit: z.number().int().min(1).max(200).default(100),
});
export type ListTests = z.infer<typeof ListTests>;

export const GetTest = z.strictObject({ jobId: z.uuid(), position: z.number().int().min(0).max(1_000_000) });
export type GetTest = z.infer<typeof GetTest>;

export const GetTrend = z.strictObject({
  productKey: Key.optional(),
  repositoryKey: Key.optional(),
  branch: Branch.optional(),
});
export type GetTrend = z.infer<typeof GetTrend>;

export const RunId = z.strictObject({ runId: z.uuid() });
export type RunId = z.infer<typeof RunId>;

export const JobId = z.strictObject({ jobId: z.uuid() });
export type JobId = z.infer<typeof JobId>;

export const StartRun = z.strictObject({ repositoryId: z.uuid(), branch: Branch });
export type StartRun = z.infer<typeof StartRun>;
