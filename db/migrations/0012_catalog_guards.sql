-- The catalogue is added to, renamed and ended, never deleted. Refusals begin with a typed code (domain/errors.ts).
create function guard_catalog_row() returns trigger language plpgsql as $$ begin
  if tg_op = 'DELETE' then raise exception 'IMMUTABLE: a % is kept: it is retired or ended instead', trim(trailing 's' from tg_table_name); end if;
  if (to_jsonb(new) - 'name' - 'position' - 'retired_at' - 'ended_at') is distinct from (to_jsonb(old) - 'name' - 'position' - 'retired_at' - 'ended_at') then
    raise exception 'IMMUTABLE: only the name of a % changes; its key and what it belongs to stay', trim(trailing 's' from tg_table_name);
  end if;
  return new;
end $$;
--> statement-breakpoint
create trigger guard_product before update or delete on products for each row execute function guard_catalog_row();
--> statement-breakpoint
create trigger guard_component before update or delete on components for each row execute function guard_catalog_row();
--> statement-breakpoint
create trigger guard_client before update or delete on clients for each row execute function guard_catalog_row();
--> statement-breakpoint
create trigger guard_subscription before update or delete on subscriptions for each row execute function guard_catalog_row();
--> statement-breakpoint
create function guard_repository() returns trigger language plpgsql as $$ begin
  if tg_op = 'DELETE' then
    if old.state = 'ready' then raise exception 'IMMUTABLE: a repository that was taken into use is kept'; end if;
    return old;
  end if;
  if (to_jsonb(new) - 'name' - 'state') is distinct from (to_jsonb(old) - 'name' - 'state') then
    raise exception 'IMMUTABLE: only the name of a repository changes';
  end if;
  if new.state <> old.state and (old.state, new.state) not in (('importing', 'ready'), ('importing', 'failed'), ('failed', 'importing')) then
    raise exception 'ILLEGAL_TRANSITION: a repository does not go from % to %', old.state, new.state;
  end if;
  return new;
end $$;
--> statement-breakpoint
create trigger guard_repository before update or delete on repositories for each row execute function guard_repository();
--> statement-breakpoint
create function demand_ready_repository() returns trigger language plpgsql as $$ begin
  if exists (select 1 from repositories where id = new.repository_id and state <> 'ready') then
    raise exception 'CONFLICT: this repository is not there yet: its import has not ended well';
  end if;
  return new;
end $$;
--> statement-breakpoint
create trigger demand_ready_repository before insert on pull_requests for each row execute function demand_ready_repository();
--> statement-breakpoint
create trigger demand_ready_repository before insert on promotions for each row execute function demand_ready_repository();
--> statement-breakpoint
create trigger demand_ready_repository before insert on pipeline_runs for each row execute function demand_ready_repository();
--> statement-breakpoint
create function guard_subscription_insert() returns trigger language plpgsql as $$ begin
  if new.ended_at is not null then return new; end if;
  if exists (select 1 from components where id = new.component_id and (scope <> 'client' or retired_at is not null)) then
    raise exception 'INVALID: a client subscribes to components that are in use and installed per client';
  end if;
  if exists (select 1 from clients where id = new.client_id and retired_at is not null) then
    raise exception 'INVALID: this client was retired';
  end if;
  return new;
end $$;
--> statement-breakpoint
create trigger guard_subscription_insert before insert or update on subscriptions for each row execute function guard_subscription_insert();
--> statement-breakpoint
create function guard_slot_end() returns trigger language plpgsql as $$
declare
  open integer;
begin
  if new.ended_at is null or old.ended_at is not null then return new; end if;
  select p.number into open from promotions p where p.slot_id = new.id
    and p.state in ('gating', 'awaiting_approval', 'ready', 'executing', 'verifying', 'unknown', 'rolling_back', 'needs_human')
    order by p.number limit 1;
  if found then raise exception 'SLOT_BUSY: promotion #% has not ended there: let it end, or cancel it, first', open; end if;
  return new;
end $$;
--> statement-breakpoint
create trigger guard_slot_end before update of ended_at on slots for each row execute function guard_slot_end();
--> statement-breakpoint
-- The row lock lets an ending and a promotion that begins there wait for each other.
create function demand_open_slot() returns trigger language plpgsql as $$
declare
  s slots;
begin
  if tg_op = 'UPDATE' and not (old.state = 'failed' and new.state <> old.state) then return new; end if;
  select * into s from slots where id = new.slot_id for share;
  if s.ended_at is not null then raise exception 'CONFLICT: nothing is deployed there any more: its subscription, client or component has ended'; end if;
  return new;
end $$;
--> statement-breakpoint
create trigger demand_open_slot before insert or update of state on promotions for each row when (new.slot_id is not null) execute function demand_open_slot();
