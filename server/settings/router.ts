import { SetRunner } from "@/domain/settings/input";
import { requires, requiresSignIn, router } from "../trpc/init";
import { setRunner } from "./commands";
import { getSettings, getShell } from "./queries";

export const settingsRouter = router({
  /** What every page's frame needs. */
  shell: requiresSignIn().query(({ ctx }) => getShell(ctx)),
  get: requires("settings.read").query(({ ctx }) => getSettings(ctx)),
  setRunner: requires("settings.edit")
    .input(SetRunner)
    .mutation(({ ctx, input }) => setRunner(ctx, input)),
});
