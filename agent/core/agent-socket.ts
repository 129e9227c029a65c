// Which management socket a client asks where nobody has named one.

export type SocketPlaces = {
  /** By option or environment; null: not named. */
  readonly named: string | null;
  /** Where an agent listens that this person has started. */
  readonly own: string;
  /** Where the installed service listens; null on systems without that place. */
  readonly installed: string | null;
  /** Whether the asking program was installed: then it is the service that is meant first. */
  readonly packaged: boolean;
};

/**
 * The named one; else the first that is there; else the one that is meant first, so that what is said about it helps.
 *
 * @param isThere whether something has that path, also where it may not be looked at
 */
export function chooseAgentSocket(
  { named, own, installed, packaged }: SocketPlaces,
  isThere: (path: string) => boolean,
): string {
  if (named !== null) return named;
  if (installed === null) return own;
  const [first, second] = packaged ? [installed, own] : [own, installed];
  return !isThere(first) && isThere(second) ? second : first;
}
