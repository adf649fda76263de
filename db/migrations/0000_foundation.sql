create extension if not exists pgcrypto;
--> statement-breakpoint
-- The one clock. A demonstration's history is made with a transaction-local time; a real installation ignores the setting.
create function clearway_now() returns timestamptz language plpgsql volatile as $$
declare
  chosen text := current_setting('clearway.now', true);
begin
  if chosen is null or chosen = '' then
    return clock_timestamp();
  end if;
  if exists (select 1 from installations where is_demonstration) then
    return chosen::timestamptz;
  end if;
  return clock_timestamp();
end $$;
