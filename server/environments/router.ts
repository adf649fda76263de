import { EnvironmentMatrix, SlotId } from "@/domain/environments/input";
import { requires, router } from "../trpc/init";
import { getMatrix } from "./matrix";
import { getSlot } from "./slot";

export const environmentsRouter = router({
  matrix: requires("environments.read")
    .input(EnvironmentMatrix)
    .query(({ ctx, input }) => getMatrix(ctx, input)),
  slot: requires("environments.read")
    .input(SlotId)
    .query(({ ctx, input }) => getSlot(ctx, input)),
});
