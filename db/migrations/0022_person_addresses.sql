CREATE TABLE "person_addresses" (
	"address" text PRIMARY KEY NOT NULL,
	"person_id" uuid NOT NULL,
	"created_at" timestamp with time zone DEFAULT clearway_now() NOT NULL
);
--> statement-breakpoint
ALTER TABLE "person_addresses" ADD CONSTRAINT "person_addresses_person_id_people_id_fk" FOREIGN KEY ("person_id") REFERENCES "public"."people"("id") ON DELETE restrict ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "person_addresses_person_id_index" ON "person_addresses" USING btree ("person_id");
--> statement-breakpoint
insert into person_addresses (address, person_id, created_at) select lower(trim(email)), id, created_at from people;
--> statement-breakpoint
-- Commits are matched by it: an address that somebody had once stays theirs, so that nobody is freed from having had a hand.
create function guard_person_address() returns trigger language plpgsql as $$ begin
  if tg_op <> 'INSERT' then raise exception 'IMMUTABLE: whose an address is or was never changes'; end if;
  if not exists (select 1 from people where id = new.person_id and lower(trim(email)) = new.address) then
    raise exception 'INVALID: an address is kept for the person who has it';
  end if;
  return new;
end $$;
--> statement-breakpoint
create trigger guard_person_address before insert or update or delete on person_addresses for each row execute function guard_person_address();
--> statement-breakpoint
create constraint trigger demand_audit after insert or update or delete on person_addresses deferrable initially deferred for each row execute function demand_audit();
--> statement-breakpoint
alter table person_addresses enable always trigger demand_audit;
--> statement-breakpoint
create function keep_address() returns trigger language plpgsql as $$ begin
  if tg_op = 'UPDATE' and lower(trim(new.email)) = lower(trim(old.email)) then return null; end if;
  insert into person_addresses (address, person_id) values (lower(trim(new.email)), new.id) on conflict do nothing;
  if not exists (select 1 from person_addresses where address = lower(trim(new.email)) and person_id = new.id) then
    raise exception 'CONFLICT: somebody else has this address, or had it before';
  end if;
  return null;
end $$;
--> statement-breakpoint
create trigger keep_address after insert or update of email on people for each row execute function keep_address();
--> statement-breakpoint
-- Who was entered but never signed in is met by their address: with a role that takes two administrators, one of them alone
-- would hand it to whoever has the new address.
create function guard_invitation() returns trigger language plpgsql as $$ begin
  if lower(trim(new.email)) <> lower(trim(old.email))
    and not exists (select 1 from identities where person_id = new.id)
    and (exists (select 1 from grants where person_id = new.id and revoked_at is null and role_needs_two(role))
      or exists (select 1 from access_requests where person_id = new.id and decision is null)) then
    raise exception 'SECOND_ADMINISTRATOR: whoever signs in with the address first gets a role that takes two administrators; revoke it first';
  end if;
  return new;
end $$;
--> statement-breakpoint
create trigger guard_invitation before update of email on people for each row execute function guard_invitation();
