-- Environments in any order, retired but never deleted; slots held by people. Refusals begin with a typed code (domain/errors.ts).
alter table environments drop constraint environments_position_unique;
--> statement-breakpoint
-- Checked at the end of a statement, so that adding in the middle can move the rest.
alter table environments add constraint environments_position_unique unique (position) deferrable initially immediate;
--> statement-breakpoint
create function guard_environment() returns trigger language plpgsql as $$ begin
  if tg_op = 'DELETE' then raise exception 'IMMUTABLE: an environment is retired, not deleted'; end if;
  if tg_op = 'INSERT' then
    if new.retired_at is not null then raise exception 'IMMUTABLE: an environment begins in use'; end if;
    return new;
  end if;
  if (new.key, new.is_production, new.is_per_client, new.created_at) is distinct from (old.key, old.is_production, old.is_per_client, old.created_at) then
    raise exception 'IMMUTABLE: policies and promotions name an environment by its key; key, production and per client never change';
  end if;
  if old.retired_at is not null and (to_jsonb(new) - 'position') is distinct from (to_jsonb(old) - 'position') then
    raise exception 'ENVIRONMENT_RETIRED: % was retired: %', old.name, old.retired_reason;
  end if;
  if new.retired_at is not null and old.retired_at is null then
    if exists (
      select 1 from deployments d join slots s on s.id = d.slot_id
      where s.environment_id = new.id and d.state in ('starting', 'verifying', 'unknown')) then
      raise exception 'SLOT_BUSY: something is being deployed to %; retire it when that has ended', new.name;
    end if;
    if exists (
      select 1 from promotions p
      where p.environment_id = new.id and p.state in ('gating', 'awaiting_approval', 'ready', 'executing', 'verifying', 'unknown', 'rolling_back')) then
      raise exception 'SLOT_BUSY: promotions to % have not ended', new.name;
    end if;
  end if;
  return new;
end $$;
--> statement-breakpoint
create trigger guard_environment before insert or update or delete on environments for each row execute function guard_environment();
--> statement-breakpoint
-- The row lock lets a retirement and whatever goes there wait for each other.
create function demand_environment_in_use(p_environment uuid) returns void language plpgsql as $$
declare
  e environments;
begin
  select * into e from environments where id = p_environment for share;
  if e.retired_at is not null then raise exception 'ENVIRONMENT_RETIRED: % was retired: %', e.name, e.retired_reason; end if;
end $$;
--> statement-breakpoint
create function guard_slot_place() returns trigger language plpgsql as $$ begin
  perform demand_environment_in_use(new.environment_id);
  return new;
end $$;
--> statement-breakpoint
create trigger guard_slot_place before insert on slots for each row execute function guard_slot_place();
--> statement-breakpoint
create function guard_promotion_place() returns trigger language plpgsql as $$
declare
  held text;
begin
  if tg_op = 'INSERT' then
    perform demand_environment_in_use(new.environment_id);
    return new;
  end if;
  if new.state = old.state or old.state = 'unknown' or new.state not in ('awaiting_approval', 'ready', 'executing') then return new; end if;
  perform demand_environment_in_use(new.environment_id);
  if new.kind <> 'rollback' and new.state in ('ready', 'executing') then
    -- A hold locks its slot: either it is seen here, or it comes after the start.
    perform 1 from slots where id = new.slot_id for update;
    select h.reason into held from slot_holds h where h.slot_id = new.slot_id and h.released_at is null;
    if found then raise exception 'SLOT_HELD: %', held; end if;
  end if;
  return new;
end $$;
--> statement-breakpoint
create trigger guard_place before insert or update on promotions for each row when (new.slot_id is not null) execute function guard_promotion_place();
--> statement-breakpoint
create function guard_slot_hold() returns trigger language plpgsql as $$ begin
  if tg_op = 'DELETE' then raise exception 'IMMUTABLE: a hold is released, not deleted'; end if;
  if tg_op = 'INSERT' then
    if new.released_at is not null then raise exception 'IMMUTABLE: a hold begins in force'; end if;
    perform demand_environment_in_use(s.environment_id) from slots s where s.id = new.slot_id;
    perform 1 from slots where id = new.slot_id for update;
    return new;
  end if;
  if (to_jsonb(new) - 'released_at' - 'released_by_id' - 'release_reason') is distinct from
     (to_jsonb(old) - 'released_at' - 'released_by_id' - 'release_reason') or old.released_at is not null or new.released_at is null then
    raise exception 'IMMUTABLE: a hold can only be released, once, with a reason';
  end if;
  return new;
end $$;
--> statement-breakpoint
create trigger guard_slot_hold before insert or update or delete on slot_holds for each row execute function guard_slot_hold();
--> statement-breakpoint
create constraint trigger demand_audit after insert or update or delete on slot_holds deferrable initially deferred for each row execute function demand_audit();
--> statement-breakpoint
alter table slot_holds enable always trigger demand_audit;
