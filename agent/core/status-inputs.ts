// Everything that the status is made of, as values: what the machines, the edge and the settings say at one moment.
import type { Family } from '../../protocol/address.ts';
import type { LocationIndex } from '../../protocol/location-verdict.ts';
import type { EgressAddressStatus, Status, TransparentCapture } from '../../protocol/status.ts';
import type { CaptureObstacle } from './capture-obstacle.ts';
import type { Mode } from './mode.ts';
import type { LocationsSummary } from '../../protocol/seen-as.ts';
import type { PersonState } from './person-state.ts';
import type { ViewFacts } from './prediction.ts';
import type { ProgramRuleFault } from './program-rule-fault.ts';
import type { SeenQuestion } from './seen-as.ts';

/** Who this device is for its edge. */
export type Enrolment = {
  readonly organisation: string | null;
  readonly device: string;
  readonly thumbprint: string;
  /** ISO 8601. */
  readonly certificateExpiresAt: string;
};

/** Where the connection to the edges stands. Times are milliseconds since 1970. */
export type Link =
  | {
      readonly kind: 'connecting';
      readonly attempt: number;
      readonly since: number;
      readonly cause: string | null;
    }
  | { readonly kind: 'connected'; readonly edge: string; readonly since: number }
  | {
      readonly kind: 'unreachable';
      readonly since: number;
      readonly cause: string;
      readonly retryAt: number | null;
    }
  | { readonly kind: 'refused'; readonly edge: string; readonly since: number; readonly cause: string }
  | { readonly kind: 'untrusted'; readonly edge: string; readonly since: number; readonly cause: string }
  | { readonly kind: 'sign-in-needed'; readonly since: number; readonly cause: string }
  | { readonly kind: 'no-internet'; readonly since: number }
  | { readonly kind: 'captive-portal'; readonly since: number; readonly page: string | null };

export type ProfileFacts = Status['profiles'][number] & {
  /** When the person switched it, ms since 1970; null: never. */
  readonly changedAt: number | null;
};

/** As the status shows it, before what is in the way has been put into words. */
export type CaptureFacts = Omit<Status['capture'], 'transparent'> & {
  readonly transparent: TransparentCaptureFacts | null;
};

export type TransparentCaptureFacts = Omit<TransparentCapture, 'obstacles'> & {
  readonly obstacles: readonly Pick<CaptureObstacle, 'code' | 'detail'>[];
};

export type StatusInputs = {
  readonly revision: number;
  /** IANA name: the times in sentences are the person's. */
  readonly timeZone: string;
  readonly enrolment: Enrolment | null;
  readonly mode: Mode;
  readonly person: PersonState;
  readonly signInOffered: boolean;
  readonly link: Link;
  readonly view: ViewFacts;
  /** The number of the network. */
  readonly generation: number;
  readonly egress: Readonly<Record<Family, EgressAddressStatus>>;
  /** The family of the connection to the edge: the edge sees this device's address of that family. */
  readonly tunnelFamily: Family | null;
  readonly profiles: readonly ProfileFacts[];
  readonly distribution: Status['distribution'];
  /** Why the last profile was refused; the one before stays in force. */
  readonly profileFault: string | null;
  /** Why rules for certain programs do not hold as they are written. */
  readonly programRuleFault: ProgramRuleFault | null;
  /** The destinations whose prediction is always shown. */
  readonly watched: readonly SeenQuestion[];
  /** The named locations that verdicts rest on. */
  readonly locations: { readonly index: LocationIndex; readonly summary: LocationsSummary };
  readonly channels: Status['channels'];
  readonly capture: CaptureFacts;
  readonly flows: Status['flows'];
};
