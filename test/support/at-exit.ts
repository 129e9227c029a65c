// What a test process undoes when it ends half-way: one listener for everything, however much there is.
const acts = new Set<() => void>();

/** `act` must be synchronous. Returns how to take it back. */
export function atExit(act: () => void): () => void {
  if (acts.size === 0) process.on('exit', actAll);
  acts.add(act);
  return () => {
    acts.delete(act);
    if (acts.size === 0) process.off('exit', actAll);
  };
}

/** The latest first: what was made last may stand on what was made before. */
function actAll(): void {
  for (const act of [...acts].reverse()) act();
}
