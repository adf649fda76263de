import { CompareSlots, EnvironmentMatrix, SlotId } from "@/domain/environments/input";
import { requires, router } from "../trpc/init";
import { compareSlots } from "./compare";
import { getMatrix } from "./matrix";
import { getSlot } from "./slot";

export const environmentsRouter = router({
  matrix: requires("environments.read")
    .input(EnvironmentMatrix)
    .query(({ ctx, input }) => getMatrix(ctx, input)),
  slot: requires("environments.read")
    .input(SlotId)
    .query(({ ctx, input }) => getSlot(ctx, input)),
  compare: requires("environments.read")
    .input(CompareSlots)
    .query(({ ctx, input }) => compareSlots(ctx, input)),
});
