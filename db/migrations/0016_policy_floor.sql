-- Master and production ask somebody, whoever writes the binding. Before set-up there is nothing to guard yet.
create function demand_somebody_asked(p_policy uuid, p_place text) returns void language plpgsql as $$ begin
  if exists (select 1 from installations where set_up_at is not null)
    and exists (select 1 from policies where id = p_policy and jsonb_array_length(rules->'approvals') = 0) then
    raise exception 'UNSATISFIABLE: Nobody would be asked before %: it takes at least one person who had no hand in a change.', p_place;
  end if;
end $$;
--> statement-breakpoint
create or replace function guard_branch_policy() returns trigger language plpgsql as $$ begin
  perform demand_newest_policy(new.policy_id, 'branch');
  if new.branch_kind = 'master' then perform demand_somebody_asked(new.policy_id, 'master'); end if;
  return new;
end $$;
--> statement-breakpoint
create or replace function guard_environment_policy() returns trigger language plpgsql as $$ begin
  if new.policy_id is not null then
    perform demand_newest_policy(new.policy_id, 'environment');
    if new.is_production then perform demand_somebody_asked(new.policy_id, new.name); end if;
  end if;
  return new;
end $$;
--> statement-breakpoint
-- What a revision leaves out counts as not asked for.
create or replace function guard_revision_strictness() returns trigger language plpgsql as $$
declare
  bound jsonb;
  before jsonb;
  list text;
  flag text;
begin
  perform demand_sound_rules(new.rules);
  select rules into bound from policies where id = new.policy_id;
  select rules into before from promotion_revisions where promotion_id = new.promotion_id and revision = new.revision - 1;
  foreach list in array array['approvals', 'rollbackApprovals'] loop
    if not asks_for_no_less(new.rules->list, bound->list) or not asks_nobody_else(new.rules->list, bound->list) then
      raise exception 'INVALID: a revision is decided by its policy or by something stricter';
    end if;
    if before is not null and not asks_for_no_less(new.rules->list, before->list) then
      raise exception 'INVALID: what decides a promotion only ever becomes stricter';
    end if;
  end loop;
  foreach flag in array array['requiresChecks', 'requiresWorkItem', 'requiresUpToDate', 'requiresStepUp'] loop
    if not coalesce((new.rules->flag)::boolean, false)
      and (coalesce((bound->flag)::boolean, false) or coalesce((before->flag)::boolean, false)) then
      raise exception 'INVALID: what decides a promotion only ever becomes stricter';
    end if;
  end loop;
  if not coalesce(new.rules->'requiredChecks', '[]'::jsonb) @> (coalesce(bound->'requiredChecks', '[]'::jsonb) || coalesce(before->'requiredChecks', '[]'::jsonb)) then
    raise exception 'INVALID: what decides a promotion only ever becomes stricter';
  end if;
  return new;
end $$;
