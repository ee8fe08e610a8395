ALTER TABLE "alliance"."redemptions" ADD COLUMN "benefit_id" uuid NOT NULL;--> statement-breakpoint
ALTER TABLE "alliance"."redemptions" ADD COLUMN "holds_stock" boolean DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE "alliance"."redemptions" ADD COLUMN "code_digest" "bytea";--> statement-breakpoint
ALTER TABLE "alliance"."redemptions" ADD COLUMN "supplier_reference" text;--> statement-breakpoint
ALTER TABLE "alliance"."redemptions" ADD COLUMN "is_fence" boolean DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE "alliance"."stock_claims" ADD COLUMN "entitlement_id" uuid NOT NULL;--> statement-breakpoint
ALTER TABLE "alliance"."stock_claims" ADD COLUMN "is_settled" boolean NOT NULL;--> statement-breakpoint
CREATE INDEX "redemptions_giving_back" ON "alliance"."redemptions" USING btree ("undone_at") WHERE "alliance"."redemptions"."holds_stock" and "alliance"."redemptions"."state" in ('RELEASED', 'REVERSED');--> statement-breakpoint
ALTER TABLE "alliance"."redemptions" ADD CONSTRAINT "redemptions_code" UNIQUE("member_id","code_digest");--> statement-breakpoint
ALTER TABLE "alliance"."redemptions" ADD CONSTRAINT "redemptions_stock" CHECK (not "alliance"."redemptions"."holds_stock" or "alliance"."redemptions"."stock_period" is not null);--> statement-breakpoint
ALTER TABLE "alliance"."redemptions" ADD CONSTRAINT "redemptions_fence" CHECK (not "alliance"."redemptions"."is_fence" or ("alliance"."redemptions"."state" = 'RELEASED' and not "alliance"."redemptions"."holds_stock"));
--> statement-breakpoint
-- The stock's own functions: the only writers of benefit_stocks and stock_claims. One call is one statement about one
-- period of one benefit's stock, which it locks; no member's row is touched in it, so nobody who holds a member waits for
-- a stock that somebody else holds for long. No clock is read.

-- The hot row changes with every batch of claims: room in its page spares the index a new entry.
ALTER TABLE "alliance"."benefit_stocks" SET (fillfactor = 50);
--> statement-breakpoint
ALTER TABLE "alliance"."stock_claims" SET (fillfactor = 80);
--> statement-breakpoint
-- Takes units for redemptions, in the order given, each as a whole or not at all, never more than `most` altogether.
-- Answers an element for each: null where it has its units (also from an earlier call under the same id), else how many
-- units are left, which are too few.
CREATE FUNCTION "alliance"."stock_take"(
  "of_benefit" uuid, "in_period" text, "most" integer, "redemption_ids" uuid[], "member_ids" uuid[],
  "entitlement_ids" uuid[], "wanted" integer[], "at" timestamp with time zone, "doubtful_from" timestamp with time zone
) RETURNS integer[] LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
declare
  given integer;
  before integer;
  known uuid[];
  places integer[] := '{}';
  answers integer[] := '{}';
begin
  select s.taken into given from alliance.benefit_stocks s
  where s.benefit_id = of_benefit and s.period = in_period for update;
  if not found then
    insert into alliance.benefit_stocks (benefit_id, period, units, taken) values (of_benefit, in_period, most, 0)
    on conflict do nothing;
    select s.taken into given from alliance.benefit_stocks s
    where s.benefit_id = of_benefit and s.period = in_period for update;
  end if;
  before := given;
  -- After the lock: what another call took under the same ids is committed and seen.
  select coalesce(array_agg(c.redemption_id), '{}') into known from alliance.stock_claims c
  where c.benefit_id = of_benefit and c.period = in_period and c.redemption_id = any(redemption_ids);
  for place in 1 .. cardinality(redemption_ids) loop
    if redemption_ids[place] = any(known) then
      answers := answers || null::integer;
    elsif wanted[place] <= most - given then
      given := given + wanted[place];
      known := known || redemption_ids[place];
      places := places || place;
      answers := answers || null::integer;
    else
      answers := answers || greatest(0, most - given);
    end if;
  end loop;
  if cardinality(places) > 0 then
    insert into alliance.stock_claims
      (benefit_id, period, redemption_id, member_id, entitlement_id, units, taken_at, is_settled, doubtful_from)
    select of_benefit, in_period, redemption_ids[p], member_ids[p], entitlement_ids[p], wanted[p], at, false, doubtful_from
    from unnest(places) p;
    update alliance.benefit_stocks s set taken = given, units = greatest(s.units, most)
    where s.benefit_id = of_benefit and s.period = in_period;
  end if;
  return answers;
end $$;
--> statement-breakpoint
-- The redemptions are there: for good, or, with `doubtful_from`, as reservations that may lapse then.
CREATE FUNCTION "alliance"."stock_settle"(
  "of_benefit" uuid, "in_period" text, "redemption_ids" uuid[], "doubtful_from" timestamp with time zone[]
) RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
begin
  -- In one order, as `stock_release` does, since one redemption may be settled by two at once.
  perform from alliance.stock_claims c
  where c.benefit_id = of_benefit and c.period = in_period and c.redemption_id = any(redemption_ids)
  order by c.redemption_id for update;
  update alliance.stock_claims c set is_settled = true, doubtful_from = u.doubtful_from
  from unnest(stock_settle.redemption_ids, stock_settle.doubtful_from) as u(redemption_id, doubtful_from)
  where c.benefit_id = of_benefit and c.period = in_period and c.redemption_id = u.redemption_id;
end $$;
--> statement-breakpoint
-- Gives the units of redemptions back that were never there, were given up, or were taken back. Once more changes nothing.
-- Answers how many units came back.
CREATE FUNCTION "alliance"."stock_release"("of_benefit" uuid, "in_period" text, "redemption_ids" uuid[])
RETURNS integer LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
declare
  back integer;
begin
  perform from alliance.benefit_stocks s where s.benefit_id = of_benefit and s.period = in_period for update;
  perform from alliance.stock_claims c
  where c.benefit_id = of_benefit and c.period = in_period and c.redemption_id = any(redemption_ids)
  order by c.redemption_id for update;
  with gone as (
    delete from alliance.stock_claims c
    where c.benefit_id = of_benefit and c.period = in_period and c.redemption_id = any(redemption_ids)
    returning c.units)
  select coalesce(sum(units), 0)::integer into back from gone;
  if back > 0 then
    update alliance.benefit_stocks s set taken = s.taken - back where s.benefit_id = of_benefit and s.period = in_period;
  end if;
  return back;
end $$;
