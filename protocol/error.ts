// The errors that a person, a script or the other program can meet, as a closed set of stable codes.

/** Every code with its meaning. Codes are API: they are added, never renamed. */
export const errorCodes = {
  'bad-usage': 'The command line cannot be understood. Exit code 2.',
  'bad-config': 'A configuration file is missing, unreadable or has a wrong value.',
  'bad-profile': 'A traffic profile or endpoint list does not have the shape it must have.',
  'bad-certificate': 'A certificate cannot be used for what it was given for.',
  'bad-message': 'A peer sent something that the protocol does not allow.',
  'bad-permissions': 'A file with a secret can be read by others, or cannot be read by us.',
  'runtime-too-old': 'The Node runtime is below the floor that holds the needed security fixes.',
  'address-in-use': 'A configured address or port is taken by another program.',
  'address-unavailable': 'A configured local address does not exist on this machine.',
  'agent-not-running': 'Nothing answers on the management socket.',
  'health-failed': 'A precondition of the client fails; the report says which and what to do.',
  'edge-not-running': 'Nothing answers on the edge control socket.',
  'access-denied': 'The caller may not use the management socket.',
  'version-mismatch': 'The two programs speak different protocol versions.',
  'not-found': 'The named thing does not exist.',
  'already-exists': 'The thing to be made exists; nothing was overwritten.',
  'not-enrolled': 'The device has no credentials for an edge.',
  'device-refused': 'The edge answered and does not accept this device.',
  'edge-unreachable': 'No configured edge can be reached.',
  'edge-untrusted': 'The edge could not prove its identity.',
  'destination-refused': 'The edge or a rule refuses the destination.',
  'upstream-failed': 'The destination could not be reached from where the flow leaves.',
  'flow-reset': 'The flow was ended before its time.',
  timeout: 'The peer did not answer in time.',
  'capture-failed': 'The system does not take the rules of the transparent capture.',
  conflict: 'The change collides with something that must be confirmed first.',
  'too-busy': 'A limit is reached; try again later.',
  internal: 'A fault in this program.',
} as const;

export type ErrorCode = keyof typeof errorCodes;

/** The one error class of the project. `message` names the field, file or peer; `cause` is kept. */
export class OpenGsaError extends Error {
  override readonly name = 'OpenGsaError';
  readonly code: ErrorCode;

  constructor(code: ErrorCode, message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.code = code;
  }
}

/** One line for a person: the message, then the messages of the causes that add something. */
export function explain(error: unknown): string {
  const parts: string[] = [];
  for (
    let e: unknown = error;
    e !== undefined && parts.length < 5;
    e = e instanceof Error ? e.cause : undefined
  ) {
    // A schema's error is a JSON document; the message above it names the fault already.
    if (e instanceof Error && e.name === 'ZodError') break;
    const text = e instanceof Error ? e.message : typeof e === 'string' ? e : JSON.stringify(e);
    if (text !== '' && !parts.some((part) => part.includes(text))) parts.push(text);
  }
  return parts.join(': ').replaceAll(/\s*\n\s*/g, ' ');
}

/** Marks a branch that the types say cannot be reached. */
export function assertNever(value: never): never {
  throw new OpenGsaError('internal', `unexpected value ${JSON.stringify(value)}`);
}
