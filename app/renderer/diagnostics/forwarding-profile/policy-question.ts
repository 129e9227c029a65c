// A destination that another tab hands over to the policy tester.

let question: string | null = null;

export function rememberQuestion(destination: string): void {
  question = destination;
}

/** The destination that was handed over, once. */
export function takeQuestion(): string | null {
  const taken = question;
  question = null;
  return taken;
}
