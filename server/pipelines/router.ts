import {
  GetRun,
  GetTest,
  GetTrend,
  JobId,
  ListRuns,
  ListTests,
  ReadJobLog,
  RunId,
  SearchJobLog,
  StartRun,
} from "@/domain/pipelines/input";
import { requires, router } from "../trpc/init";
import { cancelRun, rerunJob, rerunRun, startRun } from "./commands";
import { listRuns } from "./queries";
import { readJobLog } from "./read-log";
import { getRun } from "./read-run";
import { getTest, listTests } from "./read-tests";
import { searchJobLog } from "./search-log";
import { readTrend } from "./trend";

export const pipelinesRouter = router({
  list: requires("pipelines.read")
    .input(ListRuns)
    .query(({ ctx, input }) => listRuns(ctx, input)),
  get: requires("pipelines.read")
    .input(GetRun)
    .query(({ ctx, input }) => getRun(ctx, input)),
  log: requires("pipelines.read")
    .input(ReadJobLog)
    .query(({ ctx, input }) => readJobLog(ctx, input)),
  searchLog: requires("pipelines.read")
    .input(SearchJobLog)
    .query(({ ctx, input }) => searchJobLog(ctx, input)),
  tests: requires("pipelines.read")
    .input(ListTests)
    .query(({ ctx, input }) => listTests(ctx, input)),
  test: requires("pipelines.read")
    .input(GetTest)
    .query(({ ctx, input }) => getTest(ctx, input)),
  trend: requires("pipelines.read")
    .input(GetTrend)
    .query(({ ctx, input }) => readTrend(ctx, input)),
  start: requires("pipelines.run")
    .input(StartRun)
    .mutation(({ ctx, input }) => startRun(ctx, input)),
  cancel: requires("pipelines.run")
    .input(RunId)
    .mutation(({ ctx, input }) => cancelRun(ctx, input)),
  rerun: requires("pipelines.run")
    .input(RunId)
    .mutation(({ ctx, input }) => rerunRun(ctx, input)),
  rerunJob: requires("pipelines.run")
    .input(JobId)
    .mutation(({ ctx, input }) => rerunJob(ctx, input)),
});
