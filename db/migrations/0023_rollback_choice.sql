ALTER TABLE "promotions" ADD COLUMN "withdraws_release" boolean DEFAULT true NOT NULL;--> statement-breakpoint
ALTER TABLE "promotions" ADD CONSTRAINT "promotions_leaves_one_slot" CHECK ("promotions"."withdraws_release" or ("promotions"."kind" = 'rollback' and "promotions"."requested_by_id" is not null));
--> statement-breakpoint
-- Those who approve have seen it: what becomes of the release is not chosen anew once it was asked for.
create function guard_rollback_choice() returns trigger language plpgsql as $$ begin
  raise exception 'IMMUTABLE: what becomes of the release that leaves was chosen when the rollback was asked for';
end $$;
--> statement-breakpoint
create trigger guard_rollback_choice before update on promotions for each row
  when (new.withdraws_release is distinct from old.withdraws_release) execute function guard_rollback_choice();
