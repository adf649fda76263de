-- How far apart two releases are is asked for every cell of the matrix: it is counted once, when a release comes.
ALTER TABLE "releases" ADD COLUMN "ordinal" integer DEFAULT 0 NOT NULL;--> statement-breakpoint
alter table releases disable trigger user;
--> statement-breakpoint
update releases r set ordinal = o.ordinal from (
  select id, row_number() over (partition by repository_id order by created_at, id) as ordinal from releases) o where o.id = r.id;
--> statement-breakpoint
alter table releases enable trigger user;
--> statement-breakpoint
alter table releases enable always trigger demand_audit;
--> statement-breakpoint
ALTER TABLE "releases" ADD CONSTRAINT "releases_ordinal" UNIQUE("repository_id","ordinal");--> statement-breakpoint
ALTER TABLE "releases" ADD CONSTRAINT "releases_ordinal_counted" CHECK ("releases"."ordinal" > 0);
--> statement-breakpoint
create function count_release() returns trigger language plpgsql as $$ begin
  -- The lock under which versions are counted.
  perform pg_advisory_xact_lock(hashtextextended('release:' || new.repository_id, 0));
  new.ordinal := 1 + coalesce((select max(ordinal) from releases where repository_id = new.repository_id), 0);
  return new;
end $$;
--> statement-breakpoint
create trigger count_release before insert on releases for each row execute function count_release();
--> statement-breakpoint
-- Not before it is sealed either.
create function guard_release_ordinal() returns trigger language plpgsql as $$ begin
  if new.ordinal <> old.ordinal then raise exception 'RELEASE_SEALED: the place of a release never changes'; end if;
  return new;
end $$;
--> statement-breakpoint
create trigger guard_release_ordinal before update of ordinal on releases for each row execute function guard_release_ordinal();
