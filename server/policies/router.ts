import { BindPolicy, CopyPolicy, GetPolicy, PreviewPolicy, PublishPolicy } from "@/domain/policies/input";
import { requires, router } from "../trpc/init";
import { bindPolicy, createCopy, publishPolicy } from "./commands";
import { getPolicy, listChecks, listPolicies } from "./overview";
import { previewPolicy } from "./preview";

export const policiesRouter = router({
  list: requires("policies.read").query(({ ctx }) => listPolicies(ctx)),
  get: requires("policies.read")
    .input(GetPolicy)
    .query(({ ctx, input }) => getPolicy(ctx, input)),
  checks: requires("policies.edit").query(({ ctx }) => listChecks(ctx)),
  preview: requires("policies.edit")
    .input(PreviewPolicy)
    .query(({ ctx, input }) => previewPolicy(ctx, input)),
  publish: requires("policies.edit")
    .input(PublishPolicy)
    .mutation(({ ctx, input }) => publishPolicy(ctx, input)),
  bind: requires("policies.edit")
    .input(BindPolicy)
    .mutation(({ ctx, input }) => bindPolicy(ctx, input)),
  copy: requires("policies.edit")
    .input(CopyPolicy)
    .mutation(({ ctx, input }) => createCopy(ctx, input)),
});
