import { SetRunner } from "@/domain/settings/input";
import { SetUp } from "@/domain/settings/set-up";
import { requires, requiresSignIn, router } from "../trpc/init";
import { setRunner } from "./commands";
import { getFirstSteps } from "./first-steps";
import { getSettings, getShell } from "./queries";
import { setUp } from "./set-up";

export const settingsRouter = router({
  /** What every page's frame needs. */
  shell: requiresSignIn().query(({ ctx }) => getShell(ctx)),
  /** For the empty inbox: what is still missing until a first promotion, and who does it. */
  firstSteps: requires("promotions.read").query(({ ctx }) => getFirstSteps(ctx)),
  get: requires("settings.read").query(({ ctx }) => getSettings(ctx)),
  setRunner: requires("settings.edit")
    .input(SetRunner)
    .mutation(({ ctx, input }) => setRunner(ctx, input)),
  /** Once, by the first administrator. */
  setUp: requires("settings.edit")
    .input(SetUp)
    .mutation(({ ctx, input }) => setUp(ctx, input)),
});
