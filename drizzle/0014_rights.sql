CREATE TABLE "alliance"."card_tokens" (
	"token" text NOT NULL,
	"issuer_id" uuid NOT NULL,
	"member_id" uuid NOT NULL,
	"card_id" uuid NOT NULL,
	"issued_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "card_tokens_pkey" PRIMARY KEY("token","issuer_id")
);
--> statement-breakpoint
CREATE TABLE "alliance"."cards" (
	"member_id" uuid NOT NULL,
	"card_id" uuid NOT NULL,
	"product_id" uuid NOT NULL,
	"product_code" text NOT NULL,
	"partner_id" uuid,
	"state" text NOT NULL,
	"opened_on" date NOT NULL,
	"cycle" text NOT NULL,
	"time_zone" text NOT NULL,
	"token" text NOT NULL,
	"registered_at" timestamp (3) with time zone NOT NULL,
	"state_since" timestamp (3) with time zone NOT NULL,
	"next_product_id" uuid,
	"next_product_code" text,
	"next_product_from" timestamp (3) with time zone,
	CONSTRAINT "cards_pkey" PRIMARY KEY("member_id","card_id"),
	CONSTRAINT "cards_state_known" CHECK ("alliance"."cards"."state" in ('ACTIVE', 'FROZEN', 'CLOSED')),
	CONSTRAINT "cards_cycle_known" CHECK ("alliance"."cards"."cycle" in ('CARD_YEAR', 'CALENDAR_YEAR')),
	CONSTRAINT "cards_next_product" CHECK (("alliance"."cards"."next_product_id" is null) = ("alliance"."cards"."next_product_from" is null))
);
--> statement-breakpoint
CREATE TABLE "alliance"."elections" (
	"member_id" uuid NOT NULL,
	"election_id" uuid NOT NULL,
	"card_id" uuid NOT NULL,
	"slot_code" text NOT NULL,
	"cycle_first_day" date NOT NULL,
	"cycle_from" timestamp (3) with time zone NOT NULL,
	"cycle_to" timestamp (3) with time zone NOT NULL,
	"place" integer NOT NULL,
	"package_id" uuid NOT NULL,
	"package_code" text NOT NULL,
	"package_version" integer NOT NULL,
	"product_id" uuid NOT NULL,
	"product_version" integer NOT NULL,
	"way" text NOT NULL,
	"state" text NOT NULL,
	"chosen_at" timestamp (3) with time zone NOT NULL,
	"ended_at" timestamp (3) with time zone,
	CONSTRAINT "elections_pkey" PRIMARY KEY("member_id","election_id"),
	CONSTRAINT "elections_place" CHECK ("alliance"."elections"."place" > 0),
	CONSTRAINT "elections_way_known" CHECK ("alliance"."elections"."way" in ('CHOSEN', 'DEFAULT', 'FIXED', 'TIER', 'SWAP')),
	CONSTRAINT "elections_state_known" CHECK ("alliance"."elections"."state" in ('ACTIVE', 'REPLACED', 'SWAPPED', 'ENDED')),
	CONSTRAINT "elections_ended" CHECK (("alliance"."elections"."state" = 'ACTIVE') = ("alliance"."elections"."ended_at" is null)),
	CONSTRAINT "elections_cycle" CHECK ("alliance"."elections"."cycle_from" < "alliance"."elections"."cycle_to")
);
--> statement-breakpoint
CREATE TABLE "alliance"."swaps" (
	"member_id" uuid NOT NULL,
	"swap_id" uuid NOT NULL,
	"election_id" uuid NOT NULL,
	"package_id" uuid NOT NULL,
	"package_code" text NOT NULL,
	"package_version" integer NOT NULL,
	"state" text NOT NULL,
	"quoted_at" timestamp (3) with time zone NOT NULL,
	"honoured_until" timestamp (3) with time zone NOT NULL,
	"credit_minor" bigint NOT NULL,
	"target_minor" bigint NOT NULL,
	"fee_minor" bigint NOT NULL,
	"due_minor" bigint NOT NULL,
	"currency" text NOT NULL,
	"used_units" integer NOT NULL,
	"paid_with" text,
	"payment_reference" text,
	"program_id" uuid,
	"points" bigint,
	"new_election_id" uuid,
	"swapped_at" timestamp (3) with time zone,
	CONSTRAINT "swaps_pkey" PRIMARY KEY("member_id","swap_id"),
	CONSTRAINT "swaps_new_election_key" UNIQUE("member_id","new_election_id"),
	CONSTRAINT "swaps_state_known" CHECK ("alliance"."swaps"."state" in ('QUOTED', 'PAYING', 'SWAPPED', 'VOID')),
	CONSTRAINT "swaps_amounts" CHECK ("alliance"."swaps"."due_minor" >= 0 and "alliance"."swaps"."fee_minor" >= 0 and "alliance"."swaps"."used_units" >= 0)
);
--> statement-breakpoint
CREATE TABLE "alliance"."benefit_stocks" (
	"benefit_id" uuid NOT NULL,
	"period" text NOT NULL,
	"units" integer NOT NULL,
	"taken" integer NOT NULL,
	CONSTRAINT "benefit_stocks_pkey" PRIMARY KEY("benefit_id","period"),
	CONSTRAINT "benefit_stocks_within" CHECK ("alliance"."benefit_stocks"."taken" between 0 and "alliance"."benefit_stocks"."units")
);
--> statement-breakpoint
CREATE TABLE "alliance"."entitlements" (
	"member_id" uuid NOT NULL,
	"entitlement_id" uuid NOT NULL,
	"benefit_id" uuid NOT NULL,
	"benefit_code" text NOT NULL,
	"benefit_version" integer NOT NULL,
	"terms" jsonb NOT NULL,
	"fulfilment" text NOT NULL,
	"kind" text NOT NULL,
	"quantity" integer NOT NULL,
	"valid_from" timestamp (3) with time zone NOT NULL,
	"valid_until" timestamp (3) with time zone NOT NULL,
	"time_zone" text NOT NULL,
	"way" text NOT NULL,
	"source_id" uuid NOT NULL,
	"state" text NOT NULL,
	"suspended_for" text[] NOT NULL,
	"ended_for" text,
	"granted_at" timestamp (3) with time zone NOT NULL,
	"state_since" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "entitlements_pkey" PRIMARY KEY("member_id","entitlement_id"),
	CONSTRAINT "entitlements_source_key" UNIQUE("member_id","source_id","benefit_id"),
	CONSTRAINT "entitlements_quantity" CHECK ("alliance"."entitlements"."quantity" > 0),
	CONSTRAINT "entitlements_validity" CHECK ("alliance"."entitlements"."valid_from" < "alliance"."entitlements"."valid_until"),
	CONSTRAINT "entitlements_state_known" CHECK ("alliance"."entitlements"."state" in ('ACTIVE', 'SUSPENDED', 'ENDED')),
	CONSTRAINT "entitlements_ended" CHECK (("alliance"."entitlements"."state" = 'ENDED') = ("alliance"."entitlements"."ended_for" is not null)),
	CONSTRAINT "entitlements_suspended" CHECK ("alliance"."entitlements"."state" = 'ENDED' or ("alliance"."entitlements"."state" = 'SUSPENDED') = (cardinality("alliance"."entitlements"."suspended_for") > 0))
);
--> statement-breakpoint
CREATE TABLE "alliance"."redemption_codes" (
	"digest" "bytea" NOT NULL,
	"member_id" uuid NOT NULL,
	"entitlement_id" uuid NOT NULL,
	"outlet_id" uuid,
	"issued_at" timestamp (3) with time zone NOT NULL,
	"expires_at" timestamp (3) with time zone NOT NULL,
	"redemption_id" uuid,
	CONSTRAINT "redemption_codes_pkey" PRIMARY KEY("digest"),
	CONSTRAINT "redemption_codes_expiry" CHECK ("alliance"."redemption_codes"."issued_at" < "alliance"."redemption_codes"."expires_at")
);
--> statement-breakpoint
CREATE TABLE "alliance"."redemption_costs" (
	"member_id" uuid NOT NULL,
	"redemption_id" uuid NOT NULL,
	"is_reversal" boolean NOT NULL,
	"funder_code" text NOT NULL,
	"supplier_code" text NOT NULL,
	"amount_minor" bigint NOT NULL,
	"currency" text NOT NULL,
	"occurred_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "redemption_costs_pkey" PRIMARY KEY("member_id","redemption_id","is_reversal","funder_code"),
	CONSTRAINT "redemption_costs_currency" CHECK ("alliance"."redemption_costs"."currency" ~ '^[A-Z]{3}$'),
	CONSTRAINT "redemption_costs_sign" CHECK (case when "alliance"."redemption_costs"."is_reversal" then "alliance"."redemption_costs"."amount_minor" <= 0 else "alliance"."redemption_costs"."amount_minor" >= 0 end)
);
--> statement-breakpoint
CREATE TABLE "alliance"."redemptions" (
	"member_id" uuid NOT NULL,
	"redemption_id" uuid NOT NULL,
	"entitlement_id" uuid NOT NULL,
	"period" date NOT NULL,
	"units" integer NOT NULL,
	"state" text NOT NULL,
	"reserved_until" timestamp (3) with time zone NOT NULL,
	"merchant_id" uuid,
	"outlet_id" uuid,
	"occurred_at" timestamp (3) with time zone NOT NULL,
	"recorded_at" timestamp (3) with time zone NOT NULL,
	"confirmed_at" timestamp (3) with time zone,
	"completed_at" timestamp (3) with time zone,
	"undone_at" timestamp (3) with time zone,
	"stock_period" text,
	"actor" text NOT NULL,
	"idempotency_key" text NOT NULL,
	"input_hash" "bytea" NOT NULL,
	CONSTRAINT "redemptions_pkey" PRIMARY KEY("member_id","redemption_id"),
	CONSTRAINT "redemptions_key" UNIQUE("member_id","idempotency_key"),
	CONSTRAINT "redemptions_units" CHECK ("alliance"."redemptions"."units" > 0),
	CONSTRAINT "redemptions_state_known" CHECK ("alliance"."redemptions"."state" in ('RESERVED', 'CONFIRMED', 'COMPLETED', 'RELEASED', 'REVERSED')),
	CONSTRAINT "redemptions_completed" CHECK (("alliance"."redemptions"."state" in ('COMPLETED', 'REVERSED')) = ("alliance"."redemptions"."completed_at" is not null)),
	CONSTRAINT "redemptions_undone" CHECK (("alliance"."redemptions"."state" in ('RELEASED', 'REVERSED')) = ("alliance"."redemptions"."undone_at" is not null))
);
--> statement-breakpoint
CREATE TABLE "alliance"."stock_claims" (
	"benefit_id" uuid NOT NULL,
	"period" text NOT NULL,
	"redemption_id" uuid NOT NULL,
	"member_id" uuid NOT NULL,
	"units" integer NOT NULL,
	"taken_at" timestamp (3) with time zone NOT NULL,
	"doubtful_from" timestamp (3) with time zone,
	CONSTRAINT "stock_claims_pkey" PRIMARY KEY("benefit_id","period","redemption_id"),
	CONSTRAINT "stock_claims_units" CHECK ("alliance"."stock_claims"."units" > 0)
);
--> statement-breakpoint
ALTER TABLE "alliance"."cards" ADD CONSTRAINT "cards_member" FOREIGN KEY ("member_id") REFERENCES "alliance"."members"("member_id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "alliance"."elections" ADD CONSTRAINT "elections_card" FOREIGN KEY ("member_id","card_id") REFERENCES "alliance"."cards"("member_id","card_id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "alliance"."swaps" ADD CONSTRAINT "swaps_election" FOREIGN KEY ("member_id","election_id") REFERENCES "alliance"."elections"("member_id","election_id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "alliance"."entitlements" ADD CONSTRAINT "entitlements_member" FOREIGN KEY ("member_id") REFERENCES "alliance"."members"("member_id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "alliance"."redemption_costs" ADD CONSTRAINT "redemption_costs_redemption" FOREIGN KEY ("member_id","redemption_id") REFERENCES "alliance"."redemptions"("member_id","redemption_id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "alliance"."redemptions" ADD CONSTRAINT "redemptions_entitlement" FOREIGN KEY ("member_id","entitlement_id") REFERENCES "alliance"."entitlements"("member_id","entitlement_id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE UNIQUE INDEX "elections_place_once" ON "alliance"."elections" USING btree ("member_id","card_id","cycle_first_day","slot_code","place") WHERE "alliance"."elections"."state" = 'ACTIVE';--> statement-breakpoint
CREATE UNIQUE INDEX "elections_package_once" ON "alliance"."elections" USING btree ("member_id","card_id","cycle_first_day","slot_code","package_id") WHERE "alliance"."elections"."state" = 'ACTIVE';--> statement-breakpoint
CREATE INDEX "swaps_paying" ON "alliance"."swaps" USING btree ("quoted_at") WHERE "alliance"."swaps"."state" = 'PAYING';--> statement-breakpoint
CREATE INDEX "entitlements_by_benefit" ON "alliance"."entitlements" USING btree ("benefit_id","member_id");--> statement-breakpoint
CREATE INDEX "redemption_codes_expiring" ON "alliance"."redemption_codes" USING btree ("expires_at");--> statement-breakpoint
CREATE INDEX "redemptions_by_entitlement" ON "alliance"."redemptions" USING btree ("member_id","entitlement_id","period");--> statement-breakpoint
CREATE INDEX "redemptions_lapsing" ON "alliance"."redemptions" USING btree ("reserved_until") WHERE "alliance"."redemptions"."state" = 'RESERVED';--> statement-breakpoint
CREATE INDEX "stock_claims_doubtful" ON "alliance"."stock_claims" USING btree ("doubtful_from") WHERE "alliance"."stock_claims"."doubtful_from" is not null;