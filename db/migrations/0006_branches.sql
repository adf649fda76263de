create extension if not exists pg_trgm;
--> statement-breakpoint
CREATE TYPE "public"."branch_deletion_state" AS ENUM('requested', 'deleted', 'refused', 'restoring', 'restored');--> statement-breakpoint
CREATE TABLE "branch_deletions" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"branch_id" uuid NOT NULL,
	"repository_id" uuid NOT NULL,
	"name" text NOT NULL,
	"head_sha" text NOT NULL,
	"state" "branch_deletion_state" DEFAULT 'requested' NOT NULL,
	"requested_by_id" uuid NOT NULL,
	"refused_reason" text,
	"restored_by_id" uuid,
	"created_at" timestamp with time zone DEFAULT clearway_now() NOT NULL,
	"updated_at" timestamp with time zone DEFAULT clearway_now() NOT NULL
);
--> statement-breakpoint
ALTER TABLE "branches" ADD COLUMN "head_tree_oid" text;--> statement-breakpoint
ALTER TABLE "branch_deletions" ADD CONSTRAINT "branch_deletions_branch_id_branches_id_fk" FOREIGN KEY ("branch_id") REFERENCES "public"."branches"("id") ON DELETE restrict ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "branch_deletions" ADD CONSTRAINT "branch_deletions_repository_id_repositories_id_fk" FOREIGN KEY ("repository_id") REFERENCES "public"."repositories"("id") ON DELETE restrict ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "branch_deletions" ADD CONSTRAINT "branch_deletions_requested_by_id_people_id_fk" FOREIGN KEY ("requested_by_id") REFERENCES "public"."people"("id") ON DELETE restrict ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "branch_deletions" ADD CONSTRAINT "branch_deletions_restored_by_id_people_id_fk" FOREIGN KEY ("restored_by_id") REFERENCES "public"."people"("id") ON DELETE restrict ON UPDATE no action;--> statement-breakpoint
CREATE UNIQUE INDEX "branch_deletions_one_open" ON "branch_deletions" USING btree ("branch_id") WHERE "branch_deletions"."state" in ('requested', 'restoring');--> statement-breakpoint
CREATE INDEX "branch_deletions_open" ON "branch_deletions" USING btree ("repository_id") WHERE "branch_deletions"."state" in ('requested', 'restoring');--> statement-breakpoint
CREATE INDEX "branch_deletions_branch_id_created_at_index" ON "branch_deletions" USING btree ("branch_id","created_at");--> statement-breakpoint
CREATE INDEX "branch_deletions_requested_by_id_index" ON "branch_deletions" USING btree ("requested_by_id");--> statement-breakpoint
CREATE INDEX "branch_deletions_restored_by_id_index" ON "branch_deletions" USING btree ("restored_by_id");--> statement-breakpoint
CREATE INDEX "branches_repository_id_head_tree_oid_index" ON "branches" USING btree ("repository_id","head_tree_oid");--> statement-breakpoint
CREATE INDEX "branches_by_name" ON "branches" USING btree ("name","id") WHERE "branches"."deleted_at" is null;--> statement-breakpoint
CREATE INDEX "branches_by_commit" ON "branches" USING btree ("last_commit_at","id") WHERE "branches"."deleted_at" is null;--> statement-breakpoint
CREATE INDEX "branches_by_ahead" ON "branches" USING btree (coalesce("ahead", -1),"id") WHERE "branches"."deleted_at" is null;--> statement-breakpoint
CREATE INDEX "branches_by_behind" ON "branches" USING btree (coalesce("behind", -1),"id") WHERE "branches"."deleted_at" is null;--> statement-breakpoint
CREATE INDEX "branches_by_created" ON "branches" USING btree ("created_at","id") WHERE "branches"."deleted_at" is null;--> statement-breakpoint
CREATE INDEX "branches_by_kind" ON "branches" USING btree ("kind","name","id") WHERE "branches"."deleted_at" is null;--> statement-breakpoint
CREATE INDEX "branches_misnamed" ON "branches" USING btree ("name","id") WHERE "branches"."deleted_at" is null and not "branches"."is_name_valid";--> statement-breakpoint
CREATE INDEX "branches_deleted" ON "branches" USING btree ("deleted_at","id") WHERE "branches"."deleted_at" is not null;--> statement-breakpoint
CREATE INDEX "branches_name_parts" ON "branches" USING gin ("name" gin_trgm_ops) WHERE "branches"."deleted_at" is null;--> statement-breakpoint
-- What is known of the heads already; a reading fills in the rest.
update branches b set head_tree_oid = c.tree_oid from commits c
  where c.repository_id = b.repository_id and c.sha = b.head_sha;
--> statement-breakpoint
create function guard_branch_deletion() returns trigger language plpgsql as $$
declare
  b branches;
begin
  if tg_op = 'DELETE' then raise exception 'IMMUTABLE: what was deleted, by whom and when, is kept'; end if;
  if tg_op = 'INSERT' then
    select * into b from branches where id = new.branch_id;
    if new.state <> 'requested' or new.restored_by_id is not null then
      raise exception 'ILLEGAL_TRANSITION: a deletion begins as a request';
    end if;
    if b.deleted_at is not null then raise exception 'CONFLICT: this branch is deleted already'; end if;
    if (b.repository_id, b.name, b.head_sha) is distinct from (new.repository_id, new.name, new.head_sha) then
      raise exception 'STALE_SUBJECT: this is not what the branch is now';
    end if;
    if b.kind in ('master', 'sprint', 'hotfix', 'environment') then
      raise exception 'FORBIDDEN: % is protected: branches of its kind are not deleted here', b.name;
    end if;
    if exists (select 1 from pull_requests p where p.repository_id = b.repository_id and p.state = 'open'
        and (p.source_branch = b.name or p.target_branch = b.name)) then
      raise exception 'CONFLICT: a pull request is open on this branch: close that first';
    end if;
    return new;
  end if;
  if (to_jsonb(new) - 'state' - 'refused_reason' - 'restored_by_id' - 'updated_at') is distinct from
    (to_jsonb(old) - 'state' - 'refused_reason' - 'restored_by_id' - 'updated_at') then
    raise exception 'IMMUTABLE: what was deleted, by whom and when, is kept';
  end if;
  if (old.state, new.state) not in (('requested', 'deleted'), ('requested', 'refused'), ('deleted', 'restoring'),
    ('restoring', 'restored'), ('restoring', 'deleted')) then
    raise exception 'ILLEGAL_TRANSITION: a deletion does not go from % to %', old.state, new.state;
  end if;
  return new;
end $$;
--> statement-breakpoint
create trigger guard_branch_deletion before insert or update or delete on branch_deletions for each row execute function guard_branch_deletion();
--> statement-breakpoint
create constraint trigger demand_audit after insert or update or delete on branch_deletions deferrable initially deferred for each row execute function demand_audit();
--> statement-breakpoint
alter table branch_deletions enable always trigger demand_audit;
