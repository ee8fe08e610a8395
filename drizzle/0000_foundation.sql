CREATE SCHEMA "alliance";
--> statement-breakpoint
CREATE SCHEMA "personal";
--> statement-breakpoint
CREATE TABLE "alliance"."merchant_categories" (
	"code" text PRIMARY KEY NOT NULL,
	"name" jsonb NOT NULL
);
--> statement-breakpoint
CREATE TABLE "alliance"."merchants" (
	"merchant_id" uuid PRIMARY KEY NOT NULL,
	"partner_id" uuid NOT NULL,
	"parent_merchant_id" uuid,
	"code" text NOT NULL,
	"name" jsonb NOT NULL,
	"category_code" text NOT NULL,
	"status" text NOT NULL,
	"website_url" text,
	"logo_url" text,
	"revision" integer NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL,
	"updated_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "merchants_code_key" UNIQUE("code"),
	CONSTRAINT "merchants_status_known" CHECK ("alliance"."merchants"."status" in ('ACTIVE', 'SUSPENDED', 'CLOSED')),
	CONSTRAINT "merchants_not_own_parent" CHECK ("alliance"."merchants"."parent_merchant_id" <> "alliance"."merchants"."merchant_id")
);
--> statement-breakpoint
CREATE TABLE "alliance"."outlets" (
	"outlet_id" uuid PRIMARY KEY NOT NULL,
	"merchant_id" uuid NOT NULL,
	"code" text NOT NULL,
	"name" jsonb NOT NULL,
	"kind" text NOT NULL,
	"country" text,
	"city" text,
	"address" jsonb,
	"url" text,
	"status" text NOT NULL,
	"revision" integer NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL,
	"updated_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "outlets_code_key" UNIQUE("merchant_id","code"),
	CONSTRAINT "outlets_kind_known" CHECK ("alliance"."outlets"."kind" in ('PHYSICAL', 'ONLINE')),
	CONSTRAINT "outlets_status_known" CHECK ("alliance"."outlets"."status" in ('ACTIVE', 'SUSPENDED', 'CLOSED')),
	CONSTRAINT "outlets_place" CHECK (("alliance"."outlets"."kind" = 'PHYSICAL') = ("alliance"."outlets"."city" is not null))
);
--> statement-breakpoint
CREATE TABLE "alliance"."partners" (
	"partner_id" uuid PRIMARY KEY NOT NULL,
	"code" text NOT NULL,
	"name" jsonb NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "partners_code_key" UNIQUE("code")
);
--> statement-breakpoint
CREATE TABLE "alliance"."consents" (
	"member_id" uuid NOT NULL,
	"partner_id" uuid NOT NULL,
	"purpose" text NOT NULL,
	"version" integer NOT NULL,
	"granted" boolean NOT NULL,
	"wording" text NOT NULL,
	"recorded_at" timestamp (3) with time zone NOT NULL,
	"recorded_by" text NOT NULL,
	CONSTRAINT "consents_pkey" PRIMARY KEY("member_id","partner_id","purpose","version"),
	CONSTRAINT "consents_version_positive" CHECK ("alliance"."consents"."version" > 0),
	CONSTRAINT "consents_purpose_known" CHECK ("alliance"."consents"."purpose" in ('MARKETING', 'PROFILING', 'DATA_SHARING', 'ANALYTICS'))
);
--> statement-breakpoint
CREATE TABLE "personal"."contact_lookup" (
	"digest" "bytea" NOT NULL,
	"member_id" uuid NOT NULL,
	"kind" text NOT NULL,
	CONSTRAINT "contact_lookup_pkey" PRIMARY KEY("digest","member_id"),
	CONSTRAINT "contact_lookup_kind_known" CHECK ("personal"."contact_lookup"."kind" in ('EMAIL', 'PHONE'))
);
--> statement-breakpoint
CREATE TABLE "alliance"."identities" (
	"member_id" uuid NOT NULL,
	"identity_id" uuid NOT NULL,
	"partner_id" uuid NOT NULL,
	"number" text NOT NULL,
	"linked_at" timestamp (3) with time zone NOT NULL,
	"unlinked_at" timestamp (3) with time zone,
	"adopted_from" uuid,
	CONSTRAINT "identities_pkey" PRIMARY KEY("member_id","identity_id")
);
--> statement-breakpoint
CREATE TABLE "alliance"."identity_lookup" (
	"partner_id" uuid NOT NULL,
	"number" text NOT NULL,
	"member_id" uuid NOT NULL,
	"claimed_at" timestamp (3) with time zone NOT NULL,
	"confirmed_at" timestamp (3) with time zone,
	CONSTRAINT "identity_lookup_pkey" PRIMARY KEY("partner_id","number")
);
--> statement-breakpoint
CREATE TABLE "alliance"."member_aliases" (
	"member_id" uuid NOT NULL,
	"alias_id" uuid NOT NULL,
	"merged_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "member_aliases_pkey" PRIMARY KEY("member_id","alias_id")
);
--> statement-breakpoint
CREATE TABLE "personal"."member_profiles" (
	"member_id" uuid PRIMARY KEY NOT NULL,
	"sealed_key" "bytea",
	"sealed_profile" "bytea" NOT NULL,
	"updated_at" timestamp (3) with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "alliance"."members" (
	"member_id" uuid PRIMARY KEY NOT NULL,
	"status" text NOT NULL,
	"merged_into" uuid,
	"enrolled_by" uuid NOT NULL,
	"joined_at" timestamp (3) with time zone NOT NULL,
	"locale" text NOT NULL,
	"revision" integer NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL,
	"updated_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "members_status_known" CHECK ("alliance"."members"."status" in ('ACTIVE', 'CLOSED', 'MERGED')),
	CONSTRAINT "members_merged_into" CHECK (("alliance"."members"."status" = 'MERGED') = ("alliance"."members"."merged_into" is not null)),
	CONSTRAINT "members_not_merged_into_itself" CHECK ("alliance"."members"."merged_into" <> "alliance"."members"."member_id")
);
--> statement-breakpoint
CREATE TABLE "alliance"."merge_claims" (
	"member_id" uuid PRIMARY KEY NOT NULL,
	"merge_id" uuid NOT NULL,
	"source_id" uuid NOT NULL,
	"target_id" uuid NOT NULL,
	"claimed_at" timestamp (3) with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "alliance"."accounts" (
	"member_id" uuid NOT NULL,
	"program_id" uuid NOT NULL,
	"available" bigint NOT NULL,
	"held" bigint NOT NULL,
	"pending" bigint NOT NULL,
	"opened_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "accounts_pkey" PRIMARY KEY("member_id","program_id"),
	CONSTRAINT "accounts_not_negative" CHECK ("alliance"."accounts"."available" >= 0 and "alliance"."accounts"."held" >= 0 and "alliance"."accounts"."pending" >= 0)
);
--> statement-breakpoint
CREATE TABLE "alliance"."member_tiers" (
	"member_id" uuid NOT NULL,
	"program_id" uuid NOT NULL,
	"tier_code" text NOT NULL,
	"source" text NOT NULL,
	"reached_at" timestamp (3) with time zone NOT NULL,
	"valid_until" timestamp (3) with time zone,
	CONSTRAINT "member_tiers_pkey" PRIMARY KEY("member_id","program_id"),
	CONSTRAINT "member_tiers_source_known" CHECK ("alliance"."member_tiers"."source" in ('QUALIFIED', 'GRANTED', 'INVITED'))
);
--> statement-breakpoint
CREATE TABLE "alliance"."programs" (
	"program_id" uuid PRIMARY KEY NOT NULL,
	"issuer_partner_id" uuid NOT NULL,
	"code" text NOT NULL,
	"name" jsonb NOT NULL,
	"unit_name" jsonb NOT NULL,
	"time_zone" text NOT NULL,
	"status" text NOT NULL,
	"earn_points" bigint NOT NULL,
	"earn_per_minor" bigint NOT NULL,
	"earn_rounding" text NOT NULL,
	"currency" text NOT NULL,
	"value_minor" bigint NOT NULL,
	"value_points" bigint NOT NULL,
	"expiry_kind" text NOT NULL,
	"expiry_months" integer,
	"expiry_rounding" text,
	"revision" integer NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL,
	"updated_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "programs_code_key" UNIQUE("code"),
	CONSTRAINT "programs_status_known" CHECK ("alliance"."programs"."status" in ('ACTIVE', 'CLOSED')),
	CONSTRAINT "programs_earning_rate" CHECK ("alliance"."programs"."earn_points" >= 0 and "alliance"."programs"."earn_per_minor" > 0),
	CONSTRAINT "programs_earn_rounding_known" CHECK ("alliance"."programs"."earn_rounding" in ('DOWN', 'UP', 'HALF_UP', 'HALF_EVEN')),
	CONSTRAINT "programs_value_per_point" CHECK ("alliance"."programs"."value_minor" >= 0 and "alliance"."programs"."value_points" > 0),
	CONSTRAINT "programs_currency" CHECK ("alliance"."programs"."currency" ~ '^[A-Z]{3}$'),
	CONSTRAINT "programs_expiry_rounding" CHECK ("alliance"."programs"."expiry_rounding" is null or ("alliance"."programs"."expiry_kind" = 'MONTHS_AFTER_EARNING' and "alliance"."programs"."expiry_rounding" in ('DAY', 'MONTH', 'QUARTER', 'YEAR'))),
	CONSTRAINT "programs_expiry_known" CHECK ("alliance"."programs"."expiry_kind" in ('NEVER', 'MONTHS_AFTER_EARNING', 'INACTIVITY')),
	CONSTRAINT "programs_expiry_months" CHECK (("alliance"."programs"."expiry_kind" = 'NEVER') = ("alliance"."programs"."expiry_months" is null) and ("alliance"."programs"."expiry_months" is null or "alliance"."programs"."expiry_months" > 0))
);
--> statement-breakpoint
CREATE TABLE "alliance"."tiers" (
	"program_id" uuid NOT NULL,
	"code" text NOT NULL,
	"rank" integer NOT NULL,
	"name" jsonb NOT NULL,
	"basis" text NOT NULL,
	"threshold" bigint NOT NULL,
	"period_months" integer NOT NULL,
	"downgrade" text NOT NULL,
	CONSTRAINT "tiers_pkey" PRIMARY KEY("program_id","code"),
	CONSTRAINT "tiers_basis_known" CHECK ("alliance"."tiers"."basis" in ('POINTS_EARNED', 'SPEND')),
	CONSTRAINT "tiers_downgrade_known" CHECK ("alliance"."tiers"."downgrade" in ('ONE_STEP', 'TO_QUALIFIED', 'NEVER')),
	CONSTRAINT "tiers_numbers" CHECK ("alliance"."tiers"."rank" >= 0 and "alliance"."tiers"."threshold" >= 0 and "alliance"."tiers"."period_months" > 0)
);
--> statement-breakpoint
CREATE TABLE "alliance"."member_tags" (
	"member_id" uuid NOT NULL,
	"tag_code" text NOT NULL,
	"value" jsonb NOT NULL,
	"observed_at" timestamp (3) with time zone NOT NULL,
	"recorded_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "member_tags_pkey" PRIMARY KEY("member_id","tag_code")
);
--> statement-breakpoint
CREATE TABLE "alliance"."tag_definitions" (
	"code" text PRIMARY KEY NOT NULL,
	"name" jsonb NOT NULL,
	"description" jsonb NOT NULL,
	"type" text NOT NULL,
	"choices" text[] NOT NULL,
	"unit" text,
	"source_partner_id" uuid NOT NULL,
	"sensitivity" text NOT NULL,
	"status" text NOT NULL,
	"revision" integer NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL,
	"updated_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "tag_definitions_code_shape" CHECK ("alliance"."tag_definitions"."code" ~ '^[a-z][a-z0-9_]{0,62}$'),
	CONSTRAINT "tag_definitions_type_known" CHECK ("alliance"."tag_definitions"."type" in ('BOOLEAN', 'ENUM', 'NUMBER', 'DATE', 'SET')),
	CONSTRAINT "tag_definitions_sensitivity_known" CHECK ("alliance"."tag_definitions"."sensitivity" in ('PUBLIC', 'INTERNAL', 'PERSONAL', 'SENSITIVE')),
	CONSTRAINT "tag_definitions_status_known" CHECK ("alliance"."tag_definitions"."status" in ('ACTIVE', 'RETIRED')),
	CONSTRAINT "tag_definitions_choices" CHECK (("alliance"."tag_definitions"."type" in ('ENUM', 'SET')) = (cardinality("alliance"."tag_definitions"."choices") > 0))
);
--> statement-breakpoint
CREATE TABLE "alliance"."purchases" (
	"member_id" uuid NOT NULL,
	"purchase_id" uuid NOT NULL,
	"merchant_id" uuid NOT NULL,
	"outlet_id" uuid,
	"channel" text NOT NULL,
	"amount_minor" bigint NOT NULL,
	"currency" text NOT NULL,
	"quantity" integer,
	"occurred_at" timestamp (3) with time zone NOT NULL,
	"recorded_at" timestamp (3) with time zone NOT NULL,
	"source" text NOT NULL,
	"source_reference" text NOT NULL,
	"input_hash" "bytea" NOT NULL,
	CONSTRAINT "purchases_pkey" PRIMARY KEY("member_id","purchase_id"),
	CONSTRAINT "purchases_source_key" UNIQUE("member_id","source","source_reference"),
	CONSTRAINT "purchases_amount_not_negative" CHECK ("alliance"."purchases"."amount_minor" >= 0),
	CONSTRAINT "purchases_amount_limit" CHECK ("alliance"."purchases"."amount_minor" < 1000000000000000000),
	CONSTRAINT "purchases_currency" CHECK ("alliance"."purchases"."currency" ~ '^[A-Z]{3}$'),
	CONSTRAINT "purchases_channel_known" CHECK ("alliance"."purchases"."channel" in ('IN_STORE', 'ONLINE', 'APP', 'PHONE')),
	CONSTRAINT "purchases_quantity_positive" CHECK ("alliance"."purchases"."quantity" > 0)
);
--> statement-breakpoint
CREATE TABLE "alliance"."versions" (
	"kind" text NOT NULL,
	"item_id" uuid NOT NULL,
	"version" integer NOT NULL,
	"state" text NOT NULL,
	"content" jsonb NOT NULL,
	"content_hash" "bytea" NOT NULL,
	"based_on" integer,
	"editors" text[] NOT NULL,
	"imported_by" text,
	"created_by" text NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL,
	"updated_at" timestamp (3) with time zone NOT NULL,
	"submitted_at" timestamp (3) with time zone,
	"approved_by" text,
	"approved_at" timestamp (3) with time zone,
	"publish_at" timestamp (3) with time zone,
	"published_at" timestamp (3) with time zone,
	"ended_at" timestamp (3) with time zone,
	"revision" integer NOT NULL,
	CONSTRAINT "versions_pkey" PRIMARY KEY("kind","item_id","version"),
	CONSTRAINT "versions_kind_known" CHECK ("alliance"."versions"."kind" in ('OFFER')),
	CONSTRAINT "versions_counts" CHECK ("alliance"."versions"."version" > 0 and "alliance"."versions"."revision" > 0),
	CONSTRAINT "versions_state_known" CHECK ("alliance"."versions"."state" in ('DRAFT', 'REVIEW', 'APPROVED', 'SCHEDULED', 'PUBLISHED', 'PAUSED', 'ENDED')),
	CONSTRAINT "versions_second_person" CHECK ("alliance"."versions"."approved_by" is null or not ("alliance"."versions"."approved_by" = any("alliance"."versions"."editors"))),
	CONSTRAINT "versions_approved" CHECK ("alliance"."versions"."state" in ('DRAFT', 'REVIEW', 'ENDED') or "alliance"."versions"."approved_by" is not null or "alliance"."versions"."imported_by" is not null),
	CONSTRAINT "versions_published" CHECK ("alliance"."versions"."state" not in ('PUBLISHED', 'PAUSED') or "alliance"."versions"."published_at" is not null),
	CONSTRAINT "versions_ended" CHECK (("alliance"."versions"."state" = 'ENDED') = ("alliance"."versions"."ended_at" is not null)),
	CONSTRAINT "versions_scheduled" CHECK ("alliance"."versions"."state" <> 'SCHEDULED' or "alliance"."versions"."publish_at" is not null)
);
--> statement-breakpoint
CREATE TABLE "alliance"."offer_activations" (
	"member_id" uuid NOT NULL,
	"activation_id" uuid NOT NULL,
	"offer_id" uuid NOT NULL,
	"offer_version" integer NOT NULL,
	"delivery_id" uuid,
	"activated_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "offer_activations_pkey" PRIMARY KEY("member_id","activation_id"),
	CONSTRAINT "offer_activations_once_key" UNIQUE("member_id","offer_id","offer_version")
);
--> statement-breakpoint
CREATE TABLE "alliance"."offer_completions" (
	"member_id" uuid NOT NULL,
	"delivery_id" uuid NOT NULL,
	"offer_id" uuid NOT NULL,
	"purchase_id" uuid NOT NULL,
	"recorded_with" uuid NOT NULL,
	"reward_minor" bigint NOT NULL,
	"currency" text NOT NULL,
	"completed_at" timestamp (3) with time zone NOT NULL,
	"recorded_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "offer_completions_pkey" PRIMARY KEY("member_id","delivery_id"),
	CONSTRAINT "offer_completions_currency" CHECK ("alliance"."offer_completions"."currency" ~ '^[A-Z]{3}$'),
	CONSTRAINT "offer_completions_reward_not_negative" CHECK ("alliance"."offer_completions"."reward_minor" >= 0)
);
--> statement-breakpoint
CREATE TABLE "alliance"."offer_deliveries" (
	"member_id" uuid NOT NULL,
	"delivery_id" uuid NOT NULL,
	"offer_id" uuid NOT NULL,
	"offer_version" integer NOT NULL,
	"merchant_id" uuid NOT NULL,
	"kind" text NOT NULL,
	"mark_minor" bigint NOT NULL,
	"reward_minor" bigint NOT NULL,
	"currency" text NOT NULL,
	"channel" text,
	"delivered_at" timestamp (3) with time zone NOT NULL,
	"lapses_at" timestamp (3) with time zone NOT NULL,
	"viewed_at" timestamp (3) with time zone,
	"recorded_at" timestamp (3) with time zone NOT NULL,
	"source" text NOT NULL,
	"source_reference" text NOT NULL,
	CONSTRAINT "offer_deliveries_pkey" PRIMARY KEY("member_id","delivery_id"),
	CONSTRAINT "offer_deliveries_source_key" UNIQUE("member_id","source","source_reference"),
	CONSTRAINT "offer_deliveries_currency" CHECK ("alliance"."offer_deliveries"."currency" ~ '^[A-Z]{3}$'),
	CONSTRAINT "offer_deliveries_channel_known" CHECK ("alliance"."offer_deliveries"."channel" in ('EMAIL', 'MOBILE', 'SOCIAL', 'WEB')),
	CONSTRAINT "offer_deliveries_window" CHECK ("alliance"."offer_deliveries"."delivered_at" < "alliance"."offer_deliveries"."lapses_at"),
	CONSTRAINT "offer_deliveries_viewed" CHECK ("alliance"."offer_deliveries"."viewed_at" >= "alliance"."offer_deliveries"."delivered_at"),
	CONSTRAINT "offer_deliveries_kind_known" CHECK ("alliance"."offer_deliveries"."kind" in ('SINGLE_PURCHASE', 'CUMULATIVE_SPEND', 'INFORMATIONAL')),
	CONSTRAINT "offer_deliveries_terms" CHECK ("alliance"."offer_deliveries"."mark_minor" >= 0 and "alliance"."offer_deliveries"."reward_minor" >= 0)
);
--> statement-breakpoint
CREATE TABLE "alliance"."offers" (
	"offer_id" uuid PRIMARY KEY NOT NULL,
	"merchant_id" uuid NOT NULL,
	"code" text NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL,
	"state" text NOT NULL,
	"version" integer NOT NULL,
	"published_at" timestamp (3) with time zone,
	"name" jsonb NOT NULL,
	"kind" text NOT NULL,
	"mark_minor" bigint NOT NULL,
	"reward_minor" bigint NOT NULL,
	"currency" text NOT NULL,
	"valid_hours" integer NOT NULL,
	"starts_at" timestamp (3) with time zone NOT NULL,
	"ends_at" timestamp (3) with time zone,
	"audience_tags" text[] NOT NULL,
	CONSTRAINT "offers_code_key" UNIQUE("merchant_id","code"),
	CONSTRAINT "offers_kind_known" CHECK ("alliance"."offers"."kind" in ('SINGLE_PURCHASE', 'CUMULATIVE_SPEND', 'INFORMATIONAL')),
	CONSTRAINT "offers_currency" CHECK ("alliance"."offers"."currency" ~ '^[A-Z]{3}$'),
	CONSTRAINT "offers_state_known" CHECK ("alliance"."offers"."state" in ('DRAFT', 'REVIEW', 'APPROVED', 'SCHEDULED', 'PUBLISHED', 'PAUSED', 'ENDED')),
	CONSTRAINT "offers_window" CHECK ("alliance"."offers"."ends_at" is null or "alliance"."offers"."starts_at" < "alliance"."offers"."ends_at"),
	CONSTRAINT "offers_terms" CHECK ("alliance"."offers"."mark_minor" >= 0 and "alliance"."offers"."reward_minor" >= 0 and "alliance"."offers"."valid_hours" between 1 and 8760),
	CONSTRAINT "offers_published" CHECK ("alliance"."offers"."state" not in ('PUBLISHED', 'PAUSED') or "alliance"."offers"."published_at" is not null)
);
--> statement-breakpoint
CREATE TABLE "alliance"."audit_entries" (
	"stream" text NOT NULL,
	"sequence" bigint NOT NULL,
	"recorded_at" timestamp (3) with time zone NOT NULL,
	"actor_id" text NOT NULL,
	"actor_kind" text NOT NULL,
	"action" text NOT NULL,
	"resource" text NOT NULL,
	"before" jsonb,
	"after" jsonb,
	"reason" text,
	"previous_hash" "bytea" NOT NULL,
	"hash" "bytea" NOT NULL,
	CONSTRAINT "audit_entries_pkey" PRIMARY KEY("stream","sequence"),
	CONSTRAINT "audit_entries_hashes" CHECK (length("alliance"."audit_entries"."previous_hash") = 32 and length("alliance"."audit_entries"."hash") = 32),
	CONSTRAINT "audit_entries_sequence_positive" CHECK ("alliance"."audit_entries"."sequence" > 0)
);
--> statement-breakpoint
CREATE TABLE "alliance"."audit_heads" (
	"stream" text PRIMARY KEY NOT NULL,
	"sequence" bigint NOT NULL,
	"hash" "bytea" NOT NULL
);
--> statement-breakpoint
CREATE TABLE "alliance"."catalogue_outbox" (
	"event_id" uuid PRIMARY KEY NOT NULL,
	"type" text NOT NULL,
	"payload" jsonb NOT NULL,
	"occurred_at" timestamp (3) with time zone NOT NULL,
	"recorded_at" timestamp (3) with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "alliance"."events" (
	"event_id" uuid PRIMARY KEY NOT NULL,
	"position" bigint NOT NULL,
	"member_id" uuid,
	"type" text NOT NULL,
	"payload" jsonb NOT NULL,
	"occurred_at" timestamp (3) with time zone NOT NULL,
	"recorded_at" timestamp (3) with time zone NOT NULL,
	"relayed_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "events_position_key" UNIQUE("position"),
	CONSTRAINT "events_position_positive" CHECK ("alliance"."events"."position" > 0)
);
--> statement-breakpoint
CREATE TABLE "alliance"."member_outbox" (
	"member_id" uuid NOT NULL,
	"event_id" uuid NOT NULL,
	"type" text NOT NULL,
	"payload" jsonb NOT NULL,
	"occurred_at" timestamp (3) with time zone NOT NULL,
	"recorded_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "member_outbox_pkey" PRIMARY KEY("member_id","event_id")
);
--> statement-breakpoint
CREATE TABLE "alliance"."actors" (
	"issuer" text NOT NULL,
	"subject" text NOT NULL,
	"actor_id" uuid NOT NULL,
	"kind" text NOT NULL,
	"roles" text[] NOT NULL,
	"partner_id" uuid,
	"scopes" text[] NOT NULL,
	"member_id" uuid,
	"created_at" timestamp (3) with time zone NOT NULL,
	"disabled_at" timestamp (3) with time zone,
	CONSTRAINT "actors_pkey" PRIMARY KEY("subject","issuer"),
	CONSTRAINT "actors_roles_known" CHECK ("alliance"."actors"."roles" <@ array['MARKETER', 'APPROVER', 'FINANCE', 'RISK', 'SUPPORT', 'AUDITOR', 'OPERATIONS']),
	CONSTRAINT "actors_scopes_known" CHECK ("alliance"."actors"."scopes" <@ array['merchant:read', 'merchant:write', 'offers:read', 'offers:write', 'members:read', 'members:write', 'purchases:write', 'tags:write', 'reports:read', 'keys:write']),
	CONSTRAINT "actors_kind_known" CHECK ("alliance"."actors"."kind" in ('staff', 'partner', 'member', 'service')),
	CONSTRAINT "actors_partner" CHECK (("alliance"."actors"."kind" = 'partner') = ("alliance"."actors"."partner_id" is not null)),
	CONSTRAINT "actors_member" CHECK (("alliance"."actors"."kind" = 'member') = ("alliance"."actors"."member_id" is not null))
);
--> statement-breakpoint
CREATE TABLE "personal"."api_keys" (
	"prefix" text PRIMARY KEY NOT NULL,
	"partner_id" uuid NOT NULL,
	"name" text NOT NULL,
	"secret_hmac" "bytea" NOT NULL,
	"scopes" text[] NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL,
	"created_by" text NOT NULL,
	"expires_at" timestamp (3) with time zone NOT NULL,
	"revoked_at" timestamp (3) with time zone,
	"last_used_at" timestamp (3) with time zone,
	"rotated_from" text,
	CONSTRAINT "api_keys_scopes_known" CHECK ("personal"."api_keys"."scopes" <@ array['merchant:read', 'merchant:write', 'offers:read', 'offers:write', 'members:read', 'members:write', 'purchases:write', 'tags:write', 'reports:read', 'keys:write']),
	CONSTRAINT "api_keys_lifetime" CHECK ("personal"."api_keys"."created_at" < "personal"."api_keys"."expires_at")
);
--> statement-breakpoint
ALTER TABLE "alliance"."merchants" ADD CONSTRAINT "merchants_partner_id_partners_partner_id_fk" FOREIGN KEY ("partner_id") REFERENCES "alliance"."partners"("partner_id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "alliance"."merchants" ADD CONSTRAINT "merchants_parent_merchant_id_merchants_merchant_id_fk" FOREIGN KEY ("parent_merchant_id") REFERENCES "alliance"."merchants"("merchant_id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "alliance"."merchants" ADD CONSTRAINT "merchants_category_code_merchant_categories_code_fk" FOREIGN KEY ("category_code") REFERENCES "alliance"."merchant_categories"("code") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "alliance"."outlets" ADD CONSTRAINT "outlets_merchant_id_merchants_merchant_id_fk" FOREIGN KEY ("merchant_id") REFERENCES "alliance"."merchants"("merchant_id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "alliance"."consents" ADD CONSTRAINT "consents_partner_id_partners_partner_id_fk" FOREIGN KEY ("partner_id") REFERENCES "alliance"."partners"("partner_id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "alliance"."consents" ADD CONSTRAINT "consents_member" FOREIGN KEY ("member_id") REFERENCES "alliance"."members"("member_id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "alliance"."identities" ADD CONSTRAINT "identities_partner_id_partners_partner_id_fk" FOREIGN KEY ("partner_id") REFERENCES "alliance"."partners"("partner_id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "alliance"."identities" ADD CONSTRAINT "identities_member" FOREIGN KEY ("member_id") REFERENCES "alliance"."members"("member_id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "alliance"."member_aliases" ADD CONSTRAINT "member_aliases_member" FOREIGN KEY ("member_id") REFERENCES "alliance"."members"("member_id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "personal"."member_profiles" ADD CONSTRAINT "member_profiles_member" FOREIGN KEY ("member_id") REFERENCES "alliance"."members"("member_id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "alliance"."members" ADD CONSTRAINT "members_enrolled_by_partners_partner_id_fk" FOREIGN KEY ("enrolled_by") REFERENCES "alliance"."partners"("partner_id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "alliance"."accounts" ADD CONSTRAINT "accounts_program_id_programs_program_id_fk" FOREIGN KEY ("program_id") REFERENCES "alliance"."programs"("program_id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "alliance"."accounts" ADD CONSTRAINT "accounts_member" FOREIGN KEY ("member_id") REFERENCES "alliance"."members"("member_id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "alliance"."member_tiers" ADD CONSTRAINT "member_tiers_member" FOREIGN KEY ("member_id") REFERENCES "alliance"."members"("member_id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "alliance"."member_tiers" ADD CONSTRAINT "member_tiers_tier" FOREIGN KEY ("program_id","tier_code") REFERENCES "alliance"."tiers"("program_id","code") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "alliance"."programs" ADD CONSTRAINT "programs_issuer_partner_id_partners_partner_id_fk" FOREIGN KEY ("issuer_partner_id") REFERENCES "alliance"."partners"("partner_id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "alliance"."tiers" ADD CONSTRAINT "tiers_program_id_programs_program_id_fk" FOREIGN KEY ("program_id") REFERENCES "alliance"."programs"("program_id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "alliance"."member_tags" ADD CONSTRAINT "member_tags_tag_code_tag_definitions_code_fk" FOREIGN KEY ("tag_code") REFERENCES "alliance"."tag_definitions"("code") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "alliance"."member_tags" ADD CONSTRAINT "member_tags_member" FOREIGN KEY ("member_id") REFERENCES "alliance"."members"("member_id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "alliance"."tag_definitions" ADD CONSTRAINT "tag_definitions_source_partner_id_partners_partner_id_fk" FOREIGN KEY ("source_partner_id") REFERENCES "alliance"."partners"("partner_id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "alliance"."purchases" ADD CONSTRAINT "purchases_merchant_id_merchants_merchant_id_fk" FOREIGN KEY ("merchant_id") REFERENCES "alliance"."merchants"("merchant_id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "alliance"."purchases" ADD CONSTRAINT "purchases_outlet_id_outlets_outlet_id_fk" FOREIGN KEY ("outlet_id") REFERENCES "alliance"."outlets"("outlet_id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "alliance"."purchases" ADD CONSTRAINT "purchases_member" FOREIGN KEY ("member_id") REFERENCES "alliance"."members"("member_id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "alliance"."offer_activations" ADD CONSTRAINT "offer_activations_offer_id_offers_offer_id_fk" FOREIGN KEY ("offer_id") REFERENCES "alliance"."offers"("offer_id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "alliance"."offer_activations" ADD CONSTRAINT "offer_activations_member" FOREIGN KEY ("member_id") REFERENCES "alliance"."members"("member_id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "alliance"."offer_completions" ADD CONSTRAINT "offer_completions_offer_id_offers_offer_id_fk" FOREIGN KEY ("offer_id") REFERENCES "alliance"."offers"("offer_id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "alliance"."offer_completions" ADD CONSTRAINT "offer_completions_delivery" FOREIGN KEY ("member_id","delivery_id") REFERENCES "alliance"."offer_deliveries"("member_id","delivery_id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "alliance"."offer_deliveries" ADD CONSTRAINT "offer_deliveries_offer_id_offers_offer_id_fk" FOREIGN KEY ("offer_id") REFERENCES "alliance"."offers"("offer_id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "alliance"."offer_deliveries" ADD CONSTRAINT "offer_deliveries_merchant_id_merchants_merchant_id_fk" FOREIGN KEY ("merchant_id") REFERENCES "alliance"."merchants"("merchant_id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "alliance"."offer_deliveries" ADD CONSTRAINT "offer_deliveries_member" FOREIGN KEY ("member_id") REFERENCES "alliance"."members"("member_id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "alliance"."offers" ADD CONSTRAINT "offers_merchant_id_merchants_merchant_id_fk" FOREIGN KEY ("merchant_id") REFERENCES "alliance"."merchants"("merchant_id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "alliance"."member_outbox" ADD CONSTRAINT "member_outbox_member" FOREIGN KEY ("member_id") REFERENCES "alliance"."members"("member_id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "merchants_by_partner" ON "alliance"."merchants" USING btree ("partner_id");--> statement-breakpoint
CREATE INDEX "merchants_by_parent" ON "alliance"."merchants" USING btree ("parent_merchant_id");--> statement-breakpoint
CREATE INDEX "merchants_by_category" ON "alliance"."merchants" USING btree ("category_code","merchant_id");--> statement-breakpoint
CREATE INDEX "outlets_by_merchant" ON "alliance"."outlets" USING btree ("merchant_id","outlet_id");--> statement-breakpoint
CREATE INDEX "outlets_by_city" ON "alliance"."outlets" USING btree ("city","outlet_id");--> statement-breakpoint
CREATE UNIQUE INDEX "identities_one_per_partner" ON "alliance"."identities" USING btree ("member_id","partner_id") WHERE "alliance"."identities"."unlinked_at" is null and "alliance"."identities"."adopted_from" is null;--> statement-breakpoint
CREATE INDEX "identities_by_partner" ON "alliance"."identities" USING btree ("partner_id","member_id");--> statement-breakpoint
CREATE INDEX "identity_lookup_unconfirmed" ON "alliance"."identity_lookup" USING btree ("claimed_at") WHERE "alliance"."identity_lookup"."confirmed_at" is null;--> statement-breakpoint
CREATE INDEX "programs_by_issuer" ON "alliance"."programs" USING btree ("issuer_partner_id");--> statement-breakpoint
CREATE INDEX "member_tags_by_tag" ON "alliance"."member_tags" USING btree ("tag_code");--> statement-breakpoint
CREATE INDEX "purchases_by_time" ON "alliance"."purchases" USING btree ("member_id","occurred_at","purchase_id");--> statement-breakpoint
CREATE INDEX "purchases_by_merchant" ON "alliance"."purchases" USING btree ("merchant_id","occurred_at","member_id");--> statement-breakpoint
CREATE UNIQUE INDEX "versions_one_live" ON "alliance"."versions" USING btree ("kind","item_id") WHERE "alliance"."versions"."state" in ('PUBLISHED', 'PAUSED');--> statement-breakpoint
CREATE UNIQUE INDEX "versions_one_open" ON "alliance"."versions" USING btree ("kind","item_id") WHERE "alliance"."versions"."state" in ('DRAFT', 'REVIEW', 'APPROVED', 'SCHEDULED');--> statement-breakpoint
CREATE INDEX "versions_due" ON "alliance"."versions" USING btree ("publish_at") WHERE "alliance"."versions"."state" = 'SCHEDULED';--> statement-breakpoint
CREATE INDEX "offer_activations_by_offer" ON "alliance"."offer_activations" USING btree ("offer_id","member_id");--> statement-breakpoint
CREATE INDEX "offer_completions_by_purchase" ON "alliance"."offer_completions" USING btree ("member_id","recorded_with");--> statement-breakpoint
CREATE INDEX "offer_completions_by_offer" ON "alliance"."offer_completions" USING btree ("offer_id","completed_at");--> statement-breakpoint
CREATE INDEX "offer_deliveries_by_time" ON "alliance"."offer_deliveries" USING btree ("member_id","delivered_at","delivery_id");--> statement-breakpoint
CREATE INDEX "offer_deliveries_by_offer" ON "alliance"."offer_deliveries" USING btree ("offer_id","member_id");--> statement-breakpoint
CREATE INDEX "offers_by_state" ON "alliance"."offers" USING btree ("state","offer_id");--> statement-breakpoint
CREATE INDEX "offers_by_merchant" ON "alliance"."offers" USING btree ("merchant_id","state","offer_id");--> statement-breakpoint
CREATE INDEX "offers_by_tag" ON "alliance"."offers" USING gin ("audience_tags");--> statement-breakpoint
CREATE INDEX "audit_entries_by_time" ON "alliance"."audit_entries" USING btree ("recorded_at","stream","sequence");--> statement-breakpoint
CREATE INDEX "audit_entries_by_resource" ON "alliance"."audit_entries" USING btree ("resource","recorded_at");--> statement-breakpoint
CREATE INDEX "audit_entries_by_actor" ON "alliance"."audit_entries" USING btree ("actor_id","recorded_at");--> statement-breakpoint
CREATE INDEX "events_by_type" ON "alliance"."events" USING btree ("type","position");--> statement-breakpoint
CREATE INDEX "events_of_catalogue" ON "alliance"."events" USING btree ("position") WHERE "alliance"."events"."member_id" is null;--> statement-breakpoint
CREATE INDEX "member_outbox_by_event" ON "alliance"."member_outbox" USING btree ("event_id");--> statement-breakpoint
CREATE INDEX "actors_by_id" ON "alliance"."actors" USING btree ("actor_id");--> statement-breakpoint
CREATE INDEX "api_keys_by_partner" ON "personal"."api_keys" USING btree ("partner_id");