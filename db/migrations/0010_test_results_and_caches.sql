CREATE TYPE "public"."test_outcome" AS ENUM('passed', 'failed', 'errored', 'skipped');--> statement-breakpoint
CREATE TABLE "pipeline_caches" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"repository_id" uuid NOT NULL,
	"ref" text NOT NULL,
	"tree_oid" text NOT NULL,
	"is_reviewed" boolean NOT NULL,
	"key" text NOT NULL,
	"sha256" text NOT NULL,
	"size_bytes" bigint NOT NULL,
	"created_at" timestamp with time zone DEFAULT clearway_now() NOT NULL,
	"used_at" timestamp with time zone DEFAULT clearway_now() NOT NULL,
	CONSTRAINT "pipeline_caches_entry" UNIQUE("repository_id","key","ref","tree_oid")
);
--> statement-breakpoint
CREATE TABLE "test_reports" (
	"job_id" uuid NOT NULL,
	"position" integer NOT NULL,
	"path" text NOT NULL,
	"cases" integer NOT NULL,
	"problem" text,
	CONSTRAINT "test_reports_job_id_position_pk" PRIMARY KEY("job_id","position")
);
--> statement-breakpoint
CREATE TABLE "test_results" (
	"job_id" uuid NOT NULL,
	"position" integer NOT NULL,
	"identity" text NOT NULL,
	"suite" text NOT NULL,
	"name" text NOT NULL,
	"file" text,
	"outcome" "test_outcome" NOT NULL,
	"duration_ms" integer,
	"message" text,
	"details" text,
	"is_new_failure" boolean NOT NULL,
	"is_flaky" boolean NOT NULL,
	"rank" smallint NOT NULL,
	CONSTRAINT "test_results_job_id_position_pk" PRIMARY KEY("job_id","position")
);
--> statement-breakpoint
CREATE TABLE "test_summaries" (
	"job_id" uuid PRIMARY KEY NOT NULL,
	"passed" integer NOT NULL,
	"failed" integer NOT NULL,
	"skipped" integer NOT NULL,
	"new_failures" integer NOT NULL,
	"flaky" integer NOT NULL,
	"duration_ms" integer NOT NULL,
	"compared_run_id" uuid
);
--> statement-breakpoint
ALTER TABLE "pipeline_jobs" ADD COLUMN "caches" jsonb;--> statement-breakpoint
ALTER TABLE "pipeline_caches" ADD CONSTRAINT "pipeline_caches_repository_id_repositories_id_fk" FOREIGN KEY ("repository_id") REFERENCES "public"."repositories"("id") ON DELETE restrict ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "test_reports" ADD CONSTRAINT "test_reports_job_id_pipeline_jobs_id_fk" FOREIGN KEY ("job_id") REFERENCES "public"."pipeline_jobs"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "test_results" ADD CONSTRAINT "test_results_job_id_pipeline_jobs_id_fk" FOREIGN KEY ("job_id") REFERENCES "public"."pipeline_jobs"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "test_summaries" ADD CONSTRAINT "test_summaries_job_id_pipeline_jobs_id_fk" FOREIGN KEY ("job_id") REFERENCES "public"."pipeline_jobs"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "test_summaries" ADD CONSTRAINT "test_summaries_compared_run_id_pipeline_runs_id_fk" FOREIGN KEY ("compared_run_id") REFERENCES "public"."pipeline_runs"("id") ON DELETE restrict ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "pipeline_caches_repository_id_used_at_index" ON "pipeline_caches" USING btree ("repository_id","used_at");--> statement-breakpoint
CREATE INDEX "pipeline_caches_sha256_index" ON "pipeline_caches" USING btree ("sha256");--> statement-breakpoint
CREATE UNIQUE INDEX "test_results_identity" ON "test_results" USING btree ("job_id","identity");--> statement-breakpoint
CREATE INDEX "test_results_job_id_rank_position_index" ON "test_results" USING btree ("job_id","rank","position");--> statement-breakpoint
CREATE INDEX "test_summaries_compared_run_id_index" ON "test_summaries" USING btree ("compared_run_id");--> statement-breakpoint
CREATE INDEX "pipeline_jobs_open" ON "pipeline_jobs" USING btree ("state","queued_at") WHERE "pipeline_jobs"."state" in ('queued', 'running');