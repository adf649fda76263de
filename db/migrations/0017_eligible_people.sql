-- Who may decide under one rule: in force, in scope, no administrator, and no hand in the change under any of their names.
-- Written as one set, so that the planner sees through it and nobody is asked about one by one.
create function eligible_people(p promotions, p_roles jsonb) returns setof uuid language sql stable as $$
  select pe.id from people pe
  where pe.is_active
    and exists (
      select 1 from grants g
      where g.person_id = pe.id and p_roles ? g.role::text
        and grant_covers(g, p.product_id, p.environment_id, p.client_id))
    and not exists (
      select 1 from grants g where g.person_id = pe.id and g.role = 'platform_admin' and g.revoked_at is null)
    and not exists (
      select 1 from promotion_contributors c join people cp on cp.id = c.person_id
      where c.promotion_id = p.id and coalesce(cp.same_as_id, cp.id) = coalesce(pe.same_as_id, pe.id))
$$;
--> statement-breakpoint
create or replace function is_eligible(p promotions, p_person uuid, p_roles jsonb) returns boolean language sql stable as $$
  select exists (select 1 from eligible_people(p, p_roles) e (id) where e.id = p_person)
$$;
