const SIGNED_OUT = "clearway:signed-out";

/** Said by whichever request learns it first. False where no notice is on the page to show it. */
export function tellSignedOut(): boolean {
  return !window.dispatchEvent(new Event(SIGNED_OUT, { cancelable: true }));
}

/** The notice shows it, and the page keeps what is on it. Returns how to stop listening. */
export function onSignedOut(show: () => void): () => void {
  const listener = (event: Event) => {
    event.preventDefault();
    show();
  };
  window.addEventListener(SIGNED_OUT, listener);
  return () => window.removeEventListener(SIGNED_OUT, listener);
}
