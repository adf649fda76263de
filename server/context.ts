import type { Client } from "@/db/client";
import type { Actor } from "@/domain/people/actor";
import type { Enqueue } from "./queue/enqueue";

/** What every query, command and job is given. */
export type Context = {
  db: Client;
  actor: Actor;
  /** Where repositories/, artifacts/, jobs/ and slots/ are. Absolute. */
  dataDir: string;
  /** Puts work in the queue inside the given transaction. */
  enqueue: Enqueue;
  /** Stands for the request that asks: what its queries share is read once for it. Absent: everything is read each time. */
  request?: object | undefined;
  /**
   * The moment at which this happens, for preparing a demonstration's history.
   * The database honours it in demonstrations only; everywhere else its clock decides.
   */
  at?: Date | undefined;
};
