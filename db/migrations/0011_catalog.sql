CREATE TYPE "public"."import_phase" AS ENUM('waiting', 'connecting', 'receiving', 'checking', 'done');--> statement-breakpoint
CREATE TYPE "public"."import_source" AS ENUM('url', 'directory');--> statement-breakpoint
CREATE TYPE "public"."repository_state" AS ENUM('ready', 'importing', 'failed');--> statement-breakpoint
CREATE TABLE "repository_imports" (
	"repository_id" uuid PRIMARY KEY NOT NULL,
	"source_kind" "import_source" NOT NULL,
	"source" text NOT NULL,
	"master_from" text,
	"first_sprint" text,
	"phase" "import_phase" DEFAULT 'waiting' NOT NULL,
	"percent" integer,
	"received_bytes" bigint DEFAULT 0 NOT NULL,
	"attempt" integer DEFAULT 0 NOT NULL,
	"error" text,
	"found_branches" jsonb,
	"left_out" jsonb DEFAULT '[]'::jsonb NOT NULL,
	"holder" uuid,
	"lease_until" timestamp with time zone,
	"started_at" timestamp with time zone,
	"finished_at" timestamp with time zone,
	"created_at" timestamp with time zone DEFAULT clearway_now() NOT NULL
);
--> statement-breakpoint
ALTER TABLE "clients" ADD COLUMN "retired_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "components" ADD COLUMN "retired_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "repositories" ADD COLUMN "state" "repository_state" DEFAULT 'ready' NOT NULL;--> statement-breakpoint
ALTER TABLE "subscriptions" ADD COLUMN "ended_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "slots" ADD COLUMN "ended_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "repository_imports" ADD CONSTRAINT "repository_imports_repository_id_repositories_id_fk" FOREIGN KEY ("repository_id") REFERENCES "public"."repositories"("id") ON DELETE cascade ON UPDATE no action;