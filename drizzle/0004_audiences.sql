CREATE TABLE "alliance"."audience_chunks" (
	"chunk" integer PRIMARY KEY NOT NULL,
	"placed" integer NOT NULL,
	"numbered" integer NOT NULL,
	"version" bigint NOT NULL,
	"rebuilt_version" bigint NOT NULL,
	"refreshed_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "audience_chunks_placed" CHECK ("alliance"."audience_chunks"."placed" between 0 and 65536),
	CONSTRAINT "audience_chunks_numbered" CHECK ("alliance"."audience_chunks"."numbered" between 0 and 65536),
	CONSTRAINT "audience_chunks_version" CHECK ("alliance"."audience_chunks"."version" >= "alliance"."audience_chunks"."rebuilt_version")
);
--> statement-breakpoint
CREATE TABLE "alliance"."audience_list_members" (
	"member_id" uuid NOT NULL,
	"list_id" uuid NOT NULL,
	CONSTRAINT "audience_list_members_pkey" PRIMARY KEY("member_id","list_id")
);
--> statement-breakpoint
CREATE TABLE "alliance"."audience_lists" (
	"list_id" uuid PRIMARY KEY NOT NULL,
	"partner_id" uuid NOT NULL,
	"created_by" text NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL,
	"completed_at" timestamp (3) with time zone,
	"member_count" integer NOT NULL,
	"refused_count" integer NOT NULL,
	CONSTRAINT "audience_lists_counts" CHECK ("alliance"."audience_lists"."member_count" >= 0 and "alliance"."audience_lists"."refused_count" >= 0)
);
--> statement-breakpoint
CREATE TABLE "alliance"."audience_members" (
	"chunk" integer NOT NULL,
	"position" integer NOT NULL,
	"member_id" uuid NOT NULL,
	"encoding" "bytea" NOT NULL,
	CONSTRAINT "audience_members_pkey" PRIMARY KEY("chunk","position"),
	CONSTRAINT "audience_members_member_key" UNIQUE("chunk","member_id"),
	CONSTRAINT "audience_members_position" CHECK ("alliance"."audience_members"."position" between 0 and 65535)
);
--> statement-breakpoint
CREATE TABLE "alliance"."audience_pieces" (
	"chunk" integer NOT NULL,
	"kind" text NOT NULL,
	"key" integer NOT NULL,
	"version" bigint NOT NULL,
	"body" "bytea" NOT NULL,
	CONSTRAINT "audience_pieces_pkey" PRIMARY KEY("chunk","kind","key"),
	CONSTRAINT "audience_pieces_kind_known" CHECK ("alliance"."audience_pieces"."kind" in ('KEY', 'COLUMN', 'LIVE'))
);
--> statement-breakpoint
CREATE TABLE "alliance"."audience_places" (
	"member_id" uuid PRIMARY KEY NOT NULL,
	"chunk" integer NOT NULL,
	CONSTRAINT "audience_places_chunk" CHECK ("alliance"."audience_places"."chunk" >= 0)
);
--> statement-breakpoint
CREATE TABLE "alliance"."audiences" (
	"audience_id" uuid PRIMARY KEY NOT NULL,
	"code" text NOT NULL,
	"partner_id" uuid,
	"created_at" timestamp (3) with time zone NOT NULL,
	"state" text NOT NULL,
	"version" integer NOT NULL,
	"published_at" timestamp (3) with time zone,
	"name" jsonb NOT NULL,
	"kind" text NOT NULL,
	CONSTRAINT "audiences_code_key" UNIQUE("code"),
	CONSTRAINT "audiences_kind_known" CHECK ("alliance"."audiences"."kind" in ('RULE', 'LIST')),
	CONSTRAINT "audiences_state_known" CHECK ("alliance"."audiences"."state" in ('DRAFT', 'REVIEW', 'APPROVED', 'SCHEDULED', 'PUBLISHED', 'PAUSED', 'ENDED')),
	CONSTRAINT "audiences_published" CHECK ("alliance"."audiences"."state" not in ('PUBLISHED', 'PAUSED') or "alliance"."audiences"."published_at" is not null)
);
--> statement-breakpoint
ALTER TABLE "alliance"."versions" DROP CONSTRAINT "versions_kind_known";--> statement-breakpoint
ALTER TABLE "alliance"."audience_list_members" ADD CONSTRAINT "audience_list_members_list_id_audience_lists_list_id_fk" FOREIGN KEY ("list_id") REFERENCES "alliance"."audience_lists"("list_id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "alliance"."audience_list_members" ADD CONSTRAINT "audience_list_members_member" FOREIGN KEY ("member_id") REFERENCES "alliance"."members"("member_id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "alliance"."audience_lists" ADD CONSTRAINT "audience_lists_partner_id_partners_partner_id_fk" FOREIGN KEY ("partner_id") REFERENCES "alliance"."partners"("partner_id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "alliance"."audience_places" ADD CONSTRAINT "audience_places_member" FOREIGN KEY ("member_id") REFERENCES "alliance"."members"("member_id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "alliance"."audiences" ADD CONSTRAINT "audiences_partner_id_partners_partner_id_fk" FOREIGN KEY ("partner_id") REFERENCES "alliance"."partners"("partner_id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "audience_list_members_by_list" ON "alliance"."audience_list_members" USING btree ("list_id","member_id");--> statement-breakpoint
CREATE INDEX "audience_pieces_by_version" ON "alliance"."audience_pieces" USING btree ("chunk","version");--> statement-breakpoint
CREATE INDEX "audiences_by_partner" ON "alliance"."audiences" USING btree ("partner_id","audience_id");--> statement-breakpoint
ALTER TABLE "alliance"."versions" ADD CONSTRAINT "versions_kind_known" CHECK ("alliance"."versions"."kind" in ('OFFER', 'AUDIENCE'));