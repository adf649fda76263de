import { type Enqueue, enqueueJob } from "../queue/enqueue";
import type { TaskName, TaskPayloads } from "../queue/tasks";

export type Job = { [T in TaskName]: { task: T; payload: TaskPayloads[T] } }[TaskName];
type Waiting = Job & { priority: number; order: number };

/**
 * The queue while a history is prepared: the jobs that commands ask for, done here one after the other, in an order that
 * depends on nothing else. `handOver` names those that are left in the real queue for the worker.
 */
export class JobQueue {
  readonly #waiting = new Map<string, Waiting>();
  #order = 0;
  handOver: (task: TaskName) => boolean = () => false;

  readonly enqueue: Enqueue = async (tx, task, payload, options = {}) => {
    if (this.handOver(task)) return enqueueJob(tx, task, payload, options);
    const key = options.key ?? `${task}:${Object.values(payload).join(":")}`;
    const job = { task, payload } as unknown as Job;
    this.#order += 1;
    this.#waiting.set(key, { ...job, priority: options.priority ?? 0, order: this.#order });
  };

  /** The most urgent job, oldest first; null when nothing is left to do. */
  take(): Job | null {
    let first: [string, Waiting] | null = null;
    for (const entry of this.#waiting) {
      const isSooner =
        first === null ||
        entry[1].priority < first[1].priority ||
        (entry[1].priority === first[1].priority && entry[1].order < first[1].order);
      if (isSooner) first = entry;
    }
    if (!first) return null;
    this.#waiting.delete(first[0]);
    return first[1];
  }
}
