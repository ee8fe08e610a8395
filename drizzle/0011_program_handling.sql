ALTER TABLE "alliance"."programs" DROP CONSTRAINT "programs_expiry_known";--> statement-breakpoint
ALTER TABLE "alliance"."programs" DROP CONSTRAINT "programs_expiry_months";--> statement-breakpoint
ALTER TABLE "alliance"."programs" ADD COLUMN "expiry_date" date;--> statement-breakpoint
ALTER TABLE "alliance"."programs" ADD COLUMN "remainder_policy" text DEFAULT 'PER_PURCHASE' NOT NULL;--> statement-breakpoint
ALTER TABLE "alliance"."programs" ADD COLUMN "use_order" text DEFAULT 'SOONEST' NOT NULL;--> statement-breakpoint
ALTER TABLE "alliance"."programs" ADD COLUMN "transfers_allowed" boolean DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE "alliance"."programs" ADD COLUMN "notice_days" integer;--> statement-breakpoint
ALTER TABLE "alliance"."programs" ADD CONSTRAINT "programs_expiry_date" CHECK (("alliance"."programs"."expiry_kind" = 'FIXED_DATE') = ("alliance"."programs"."expiry_date" is not null));--> statement-breakpoint
ALTER TABLE "alliance"."programs" ADD CONSTRAINT "programs_remainder_policy_known" CHECK ("alliance"."programs"."remainder_policy" in ('PER_PURCHASE', 'CARRIED'));--> statement-breakpoint
ALTER TABLE "alliance"."programs" ADD CONSTRAINT "programs_use_order_known" CHECK ("alliance"."programs"."use_order" in ('SOONEST', 'BONUS_FIRST'));--> statement-breakpoint
ALTER TABLE "alliance"."programs" ADD CONSTRAINT "programs_notice_days" CHECK ("alliance"."programs"."notice_days" between 1 and 366);--> statement-breakpoint
ALTER TABLE "alliance"."programs" ADD CONSTRAINT "programs_expiry_known" CHECK ("alliance"."programs"."expiry_kind" in ('NEVER', 'MONTHS_AFTER_EARNING', 'INACTIVITY', 'FIXED_DATE'));--> statement-breakpoint
ALTER TABLE "alliance"."programs" ADD CONSTRAINT "programs_expiry_months" CHECK (("alliance"."programs"."expiry_kind" in ('NEVER', 'FIXED_DATE')) = ("alliance"."programs"."expiry_months" is null) and ("alliance"."programs"."expiry_months" is null or "alliance"."programs"."expiry_months" > 0));