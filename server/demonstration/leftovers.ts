import type { PersonKey } from "./organisation";

type Leftover = { branch: string; messages: readonly string[]; daysOld: number };
type Leftovers = { author: PersonKey; old: readonly Leftover[]; recent: readonly Leftover[] };

const AUTHORS: Readonly<Record<string, PersonKey>> = { payments: "leila", lending: "sofia", ledger: "kwame" };
const KEYS: Readonly<Record<string, string>> = { payments: "PAY", lending: "LEN", ledger: "LED" };

/** The branches that lie about in a product's repository, as they do everywhere. The first of `recent` is discarded. */
export function leftoversOf(productKey: string, sprint: string): Leftovers {
  const key = KEYS[productKey] ?? "PAY";
  const feature = (number: number, slug: string) => `feature/${sprint}/${key}-${number}-${slug}`;
  return {
    author: AUTHORS[productKey] ?? "leila",
    old: [
      {
        branch: feature(24, "archive-old-entries"),
        messages: ["Sketch an archive", "Leave out what runs"],
        daysOld: 4,
      },
      { branch: feature(29, "second-reader"), messages: ["Try a second reader"], daysOld: 9 },
      { branch: feature(31, "smaller-batches"), messages: [], daysOld: 0 },
      { branch: feature(40, "names-of-months"), messages: [], daysOld: 0 },
      {
        branch: "spike-new-parser",
        messages: ["Begin a parser", "Read numbers", "Give up on dates"],
        daysOld: 12,
      },
      { branch: "feature/logging", messages: ["Log less"], daysOld: 6 },
      { branch: "backup-before-cleanup", messages: [], daysOld: 0 },
    ],
    recent: [
      { branch: feature(52, "try-a-cache"), messages: ["Try a cache", "Measure it: no gain"], daysOld: 0 },
      {
        branch: feature(55, "explain-every-refusal-in-the-words-of-whoever-was-refused"),
        messages: ["Collect refusals", "Say which rule", "Say what to do next"],
        daysOld: 0,
      },
      { branch: "wip/friday", messages: ["Half of it"], daysOld: 0 },
    ],
  };
}
