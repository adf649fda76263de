import {
  cutSprint,
  deleteBranches,
  deployedVersion,
  discard,
  mergeOf,
  open,
  push,
  pushLeftovers,
  requestBack,
  requestRollout,
} from "./acts";
import type { SprintTime } from "./calendar";
import { leftoversOf } from "./leftovers";
import { PRODUCTS } from "./organisation";
import type { Feature, ProductStory, Rollout, SprintStory } from "./stories/story";
import { found, type Place, type World } from "./world";

export type Act = {
  at: Date;
  sprint: number;
  label: string;
  run: () => Promise<void>;
  /** The runs that it leads to are left in the queue, for the worker. */
  isBuiltHere: boolean;
};

const DAY_MS = 86_400_000;

/** The stories as acts in the order of time. */
export function scriptOf(world: World, stories: readonly ProductStory[]): Act[] {
  const acts = stories.flatMap((story) => {
    const script = new ProductScript(world, story);
    return script.acts();
  });
  return acts
    .map((act, order) => ({ act, order }))
    .sort((a, b) => a.act.at.getTime() - b.act.at.getTime() || a.order - b.order)
    .map(({ act }) => act);
}

class ProductScript {
  readonly #acts: Act[] = [];
  #sprint = 0;

  constructor(
    private readonly world: World,
    private readonly story: ProductStory,
  ) {}

  acts(): Act[] {
    const { calendar } = this.world;
    const last = calendar.sprints.length - 1;
    this.begin();
    calendar.sprints.forEach((_, index) => {
      this.#sprint = index;
      this.play(
        index === last ? this.story.open(calendar.lastDay) : found(this.story.closed[index], "sprint"),
      );
    });
    return this.#acts;
  }

  private act(time: SprintTime, label: string, run: () => Promise<void>, isBuiltHere = false): void {
    const sprint = this.#sprint;
    const name = `${this.story.key}, sprint ${sprint + 1}: ${label}`;
    const at = this.world.calendar.at(sprint, time, name);
    this.#acts.push({ at, sprint, label: name, run, isBuiltHere });
  }

  private get branch(): string {
    return `sprint/${this.world.calendar.sprint(this.#sprint).key}`;
  }

  /** How the repository began, before Clearway came: taken in as one push. */
  private begin(): void {
    const { world, story } = this;
    const start = world.calendar.sprint(0).start.getTime();
    const at = new Date(start - 4 * DAY_MS + 10 * 3_600_000);
    const commits = story.beginnings.map((commit) => ({
      ...commit,
      at: new Date(start - commit.daysBefore * DAY_MS + 13 * 3_600_000),
    }));
    this.#acts.push({
      at,
      sprint: 0,
      label: `${story.key}: beginnings`,
      isBuiltHere: false,
      run: () => push(world, story.key, story.techLead, "master", null, commits),
    });
  }

  private play(sprint: SprintStory): void {
    const { world, story, branch } = this;
    this.act([0, "08:30"], "cut", () => cutSprint(world, story.key, story.techLead, branch));
    for (const feature of sprint.features) this.feature(feature, branch);
    for (const stray of sprint.strays ?? []) {
      const name = stray.branch.replace("{sprint}", world.calendar.sprint(this.#sprint).key);
      this.act(stray.pushed, name, () => push(world, story.key, stray.author, name, branch, stray.commits));
    }
    for (const [index, look] of sprint.looks.entries()) {
      this.act(look.at, `look ${index}`, () => this.look(look));
    }
    if (sprint.toMaster) this.toMaster(sprint.toMaster, sprint.features, branch);
    for (const [index, rollout] of (sprint.rollouts ?? []).entries())
      this.rollout(rollout, `rollout ${index}`);
    for (const rollback of sprint.rollbacks ?? []) {
      const place = production(rollback);
      const { asked } = rollback;
      this.act(asked.at, "rollback", () => requestBack(world, asked.by, place, asked.reason));
      this.votes(place, rollback.votes, "rollback");
    }
    this.leftovers(branch);
    if (!world.calendar.sprint(this.#sprint).isOpen) {
      const merged = sprint.features.filter((one) => one.approved).map((one) => this.branchOf(one));
      this.act([9, "16:45"], "tidy", () => deleteBranches(world, story.key, merged));
    }
  }

  /** What lies about in every repository: old tries, names of one's own, things that were merged long ago. */
  private leftovers(sprintBranch: string): void {
    const { world, story } = this;
    const sprint = world.calendar.sprint(this.#sprint);
    const left = leftoversOf(story.key, sprint.key);
    if (this.#sprint === 0) {
      const { techLead } = story;
      this.act([3, "17:20"], "leftovers", () =>
        pushLeftovers(world, story.key, techLead, sprintBranch, left.old),
      );
    }
    if (!sprint.isOpen) return;
    const [discarded] = left.recent;
    this.act([1, "16:10"], "tries", () =>
      pushLeftovers(world, story.key, left.author, sprintBranch, left.recent),
    );
    if (discarded) {
      this.act([2, "09:05"], "discard", () => discard(world, story.key, left.author, discarded.branch));
    }
  }

  private branchOf({ key, slug }: Feature): string {
    return `feature/${this.world.calendar.sprint(this.#sprint).key}/${key}-${slug}`;
  }

  private feature(feature: Feature, sprintBranch: string): void {
    const { world, story } = this;
    const { key, title, author, approved } = feature;
    const name = this.branchOf(feature);
    this.act(feature.pushed, `${key} push`, async () => {
      await world.moveWorkItem(key, "in_progress");
      await push(world, story.key, author, name, sprintBranch, feature.commits);
    });
    if (!feature.opened) return;
    const request = {
      sourceBranch: name,
      targetBranch: sprintBranch,
      title: `${key} ${title}`,
      description: feature.description,
    };
    this.act(
      feature.opened,
      `${key} open`,
      () => open(world, story.key, author, request),
      feature.isBuiltHere,
    );
    if (!approved) return;
    this.act(approved.at, `${key} approve`, async () => {
      await world.decide(approved.by, await mergeOf(world, story.key, name), "approve", approved.reason);
      await world.settle();
      await world.moveWorkItem(key, "resolved");
    });
  }

  private async look(look: SprintStory["looks"][number]): Promise<void> {
    const product = found(
      PRODUCTS.find((one) => one.key === this.story.key),
      "product",
    );
    for (const component of product.components) {
      const promotion = await this.world.waitingIn({ component: component.key, environment: look.in });
      if (!promotion) continue;
      const rejected = look.rejects?.component === component.key ? look.rejects.reason : null;
      if (look.rejects && rejected === null) continue;
      await this.world.decide(look.by, promotion, rejected ? "reject" : "approve", rejected ?? undefined);
      await this.world.settle();
      this.world.clock.pass(140);
    }
  }

  private toMaster(
    { asked, votes }: NonNullable<SprintStory["toMaster"]>,
    features: readonly Feature[],
    sprintBranch: string,
  ): void {
    const { world, story } = this;
    const keys = features.filter((one) => one.approved).map((one) => one.key);
    const title = `Sprint ${sprintBranch.slice("sprint/".length)} to master`;
    const description = asked.reason ?? `Brings ${keys.join(", ")}.`;
    const request = { sourceBranch: sprintBranch, targetBranch: "master", title, description };
    this.act(asked.at, "to master", () => open(world, story.key, asked.by, request));
    for (const [index, vote] of votes.entries()) {
      this.act(vote.at, `to master ${index}`, async () => {
        await world.decide(vote.by, await mergeOf(world, story.key, sprintBranch), "approve", vote.reason);
      });
    }
  }

  private rollout(rollout: Rollout, label: string): void {
    const { world, story } = this;
    const place = production(rollout);
    const { asked, cancelled } = rollout;
    this.act(asked.at, label, () => requestRollout(world, story.key, asked.by, place, asked.reason));
    this.votes(place, rollout.votes, label);
    if (cancelled) {
      this.act(cancelled.at, `${label} cancelled`, async () => {
        const waiting = found(await world.waitingIn(place), "promotion to cancel");
        await world.cancel(cancelled.by, waiting, cancelled.reason ?? "No longer wanted.");
      });
    }
  }

  private votes(place: Place, votes: Rollout["votes"], label: string): void {
    for (const [index, vote] of votes.entries()) {
      this.act(vote.at, `${label} vote ${index}`, async () => {
        const waiting = found(
          await this.world.waitingIn(place),
          `promotion in ${place.component} to vote on`,
        );
        await this.world.decide(vote.by, waiting, "approve", vote.reason);
        await this.world.settle();
        if (place.client === undefined) await this.complete(waiting.id);
      });
    }
  }

  /** What runs in production for all clients is done, with everything from the sprints before. */
  private async complete(promotionId: string): Promise<void> {
    const version = await deployedVersion(this.world, promotionId);
    const upTo = this.world.calendar.sprints.findIndex((sprint) => version?.startsWith(`${sprint.key}.`));
    for (const { features } of this.story.closed.slice(0, upTo + 1)) {
      for (const { key, approved } of features) if (approved) await this.world.moveWorkItem(key, "completed");
    }
  }
}

function production({ component, client }: Pick<Rollout, "component" | "client">): Place {
  return { component, environment: "production", client };
}
