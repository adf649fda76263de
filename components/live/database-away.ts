/** Asks the health address. False too where Clearway itself does not answer: that is not the database. */
export async function isDatabaseAway(): Promise<boolean> {
  try {
    const answer = await fetch("/api/health", { cache: "no-store" });
    const health: unknown = await answer.json();
    return (
      typeof health === "object" && health !== null && "database" in health && health.database === "down"
    );
  } catch {
    return false;
  }
}
