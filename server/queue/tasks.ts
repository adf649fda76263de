/** The queue's tasks and what they carry: ids only; the rows are read when the job runs. */
export type TaskPayloads = {
  /** Looks at the facts again: heads, merge, gates; moves the promotion on. */
  "promotions.evaluate": { promotionId: string };
  /** Starts or resumes a ready promotion. */
  "promotions.execute": { promotionId: string };
  /** Reads branches and commits of a repository into the database. */
  "repositories.read": { repositoryId: string };
  /** Brings a repository in from elsewhere, or goes on with what a dead worker had begun. */
  "repositories.import": { repositoryId: string };
  /** Moves a run on: queues the jobs whose needs are met, ends the run. */
  "pipelines.advance": { runId: string };
  /** Runs or adopts one job. */
  "pipelines.job": { jobId: string };
  /** Asks for what a verified deployment leads to: the next environment, promotions that waited for it. */
  "deployments.follow": { deploymentId: string };
  /** Seals the release of a passed run and asks for what follows automatically. */
  "releases.seal": { runId: string };
};

export type TaskName = keyof TaskPayloads;
