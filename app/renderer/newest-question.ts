// Of several questions on their way only the newest counts: the answer to an older one may come last.

/** Each call begins a question, and gives what tells whether no newer one has begun since. */
export function createQuestions(): () => () => boolean {
  let newest = 0;
  return () => {
    newest += 1;
    const own = newest;
    return () => own === newest;
  };
}
