import { SetRunner } from "@/domain/settings/input";
import { SetUp } from "@/domain/settings/set-up";
import { requires, requiresSignIn, router } from "../trpc/init";
import { setRunner } from "./commands";
import { getSettings, getShell } from "./queries";
import { setUp } from "./set-up";

export const settingsRouter = router({
  /** What every page's frame needs. */
  shell: requiresSignIn().query(({ ctx }) => getShell(ctx)),
  get: requires("settings.read").query(({ ctx }) => getSettings(ctx)),
  setRunner: requires("settings.edit")
    .input(SetRunner)
    .mutation(({ ctx, input }) => setRunner(ctx, input)),
  /** Once, by the first administrator. */
  setUp: requires("settings.edit")
    .input(SetUp)
    .mutation(({ ctx, input }) => setUp(ctx, input)),
});
