import {
  AddEnvironment,
  CompareSlots,
  EditEnvironment,
  EnvironmentMatrix,
  HoldSlots,
  MoveEnvironment,
  ReleaseSlots,
  RetireEnvironment,
  SlotId,
} from "@/domain/environments/input";
import { requires, router } from "../trpc/init";
import { addEnvironment, editEnvironment, moveEnvironment, retireEnvironment } from "./commands";
import { compareSlots } from "./compare";
import { holdSlots, releaseSlots } from "./holds";
import { getMatrix } from "./matrix";
import { listEnvironments } from "./queries";
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
  list: requires("environments.edit").query(({ ctx }) => listEnvironments(ctx)),
  add: requires("environments.edit")
    .input(AddEnvironment)
    .mutation(({ ctx, input }) => addEnvironment(ctx, input)),
  edit: requires("environments.edit")
    .input(EditEnvironment)
    .mutation(({ ctx, input }) => editEnvironment(ctx, input)),
  move: requires("environments.edit")
    .input(MoveEnvironment)
    .mutation(({ ctx, input }) => moveEnvironment(ctx, input)),
  retire: requires("environments.edit")
    .input(RetireEnvironment)
    .mutation(({ ctx, input }) => retireEnvironment(ctx, input)),
  hold: requires("slots.hold")
    .input(HoldSlots)
    .mutation(({ ctx, input }) => holdSlots(ctx, input)),
  release: requires("slots.hold")
    .input(ReleaseSlots)
    .mutation(({ ctx, input }) => releaseSlots(ctx, input)),
});
