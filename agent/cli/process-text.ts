// Who opened a connection, as tables and sheets show it.
import { assertNever } from '../../protocol/error.ts';
import type { ProcessFact, ProcessUnknown } from '../../protocol/process-fact.ts';
import type { NameOfUser } from './user-names.ts';

/** `curl, anna`: the program's last name and the account, as far as they are known. */
export function openerText(process: ProcessFact | null, nameOf: NameOfUser): string {
  if (process === null) return '-';
  const { uid, executable } = process;
  const program = executable === null ? [] : [executable.slice(executable.lastIndexOf('/') + 1)];
  const account = uid === null ? [] : [nameOf(uid)];
  return [...program, ...account].join(', ') || 'unknown';
}

/** Everything that is known, and why the rest is not. */
export function openerSentence(process: ProcessFact | null, nameOf: NameOfUser): string {
  if (process === null) return 'not known yet';
  const { uid, pid, executable, unknown } = process;
  const known = [
    ...(executable === null ? [] : [executable]),
    ...(pid === null ? [] : [`process ${pid}`]),
    ...(uid === null ? [] : [`account ${nameOf(uid)}`]),
  ];
  const gap =
    unknown === null ? [] : [`${uid === null ? 'unknown' : 'program unknown'}: ${gapWords(unknown)}`];
  return [known.join(', '), ...gap].filter((part) => part !== '').join('; ');
}

function gapWords(reason: ProcessUnknown): string {
  switch (reason) {
    case 'not-asked':
      return 'agent.yaml asks for the account only (processes: uid)';
    case 'no-privilege':
      return 'the agent may not look into that process';
    case 'gone':
      return 'it had ended before it was looked at';
    case 'not-linux':
      return 'only Linux tells';
    case 'late':
      return 'the lookup took too long';
    case 'several':
      return 'more than one socket fits';
    case 'replaced':
      return 'the file at its path is another one';
    default:
      return assertNever(reason);
  }
}
