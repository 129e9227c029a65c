// Rules for certain programs: they come before all others and hold where the flow's program is known to be one of theirs.
import type { Destination, TransportProtocol } from '../../protocol/destination.ts';
import type { Match, Matcher } from '../../protocol/matcher.ts';
import type { ProcessFact } from '../../protocol/process-fact.ts';
import type { FlowDecision } from '../core/flow.ts';

export type ProgramRule = {
  /** Absolute paths of executables; `*` is any run of characters without a slash. */
  readonly programs: readonly string[];
  readonly matcher: Matcher;
};

export type ProgramMatch = {
  /** The first rule, in the order written, that names the destination and the program. */
  readonly match: Match | null;
  /** Why rules that name the destination were passed over without knowing. */
  readonly note: NonNullable<FlowDecision['note']> | null;
};

/** @param process who opened the flow; null where the question is about the destination alone */
export function matchProgram(
  { host, port }: Destination,
  protocol: TransportProtocol,
  rules: readonly ProgramRule[],
  process: ProcessFact | null,
): ProgramMatch {
  let passedOver = false;
  for (const { programs, matcher } of rules) {
    const match = matcher.match(host, port, protocol);
    if (match === null) continue;
    const executable = process?.executable ?? null;
    if (executable === null) passedOver = true;
    else if (programs.some((pattern) => isProgram(pattern, executable))) return { match, note: null };
  }
  if (!passedOver) return { match: null, note: null };
  return { match: null, note: process === null ? 'by-program' : 'program-unknown' };
}

/** Whether any rule for certain programs names the destination, so that a flow there waits to learn its program. */
export function asksForProgram(
  { host, port }: Destination,
  protocol: TransportProtocol,
  rules: readonly ProgramRule[],
): boolean {
  return rules.some(({ matcher }) => matcher.match(host, port, protocol) !== null);
}

/** Whether `text` can stand in `programs`: an absolute path without empty, `.` or `..` parts. */
export function isProgramPattern(text: string): boolean {
  const [, ...parts] = text.split('/');
  return (
    text.startsWith('/') &&
    text.length <= 4_096 &&
    !text.includes('\0') &&
    parts.every((part) => !['', '.', '..'].includes(part))
  );
}

function isProgram(pattern: string, executable: string): boolean {
  const wanted = pattern.split('/');
  const parts = executable.split('/');
  return wanted.length === parts.length && wanted.every((part, i) => fits(part, parts[i] ?? ''));
}

/** Leftmost matches of the pieces between stars suffice: nothing can be gained by matching a piece later. */
function fits(pattern: string, text: string): boolean {
  const [head = '', ...pieces] = pattern.split('*');
  const tail = pieces.pop();
  if (tail === undefined) return text === head;
  if (text.length < head.length + tail.length || !text.startsWith(head) || !text.endsWith(tail)) return false;
  const middle = text.slice(head.length, text.length - tail.length);
  let at = 0;
  for (const piece of pieces) {
    const found = middle.indexOf(piece, at);
    if (found === -1) return false;
    at = found + piece.length;
  }
  return true;
}
