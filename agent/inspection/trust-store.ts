// What every store of trusted authorities offers, so that commands need not know which one they have.

/** What a store holds under our name, read from it at this moment. */
export type StoreState =
  | { readonly kind: 'absent' }
  /** This machine's authority. */
  | {
      readonly kind: 'present';
      readonly fingerprint: string;
      readonly expiresAt: string;
      readonly expired: boolean;
    }
  /** An authority for inspection that is not this machine's present one: left behind, or of another agent. */
  | {
      readonly kind: 'other';
      readonly fingerprint: string;
      readonly expiresAt: string;
      readonly expired: boolean;
    }
  /** Something that is not ours stands where ours would; it is never touched. */
  | { readonly kind: 'foreign'; readonly detail: string }
  /** A step of `install` or `remove` is missing; doing it again completes it. */
  | { readonly kind: 'incomplete'; readonly detail: string }
  /** It cannot be read from here. */
  | { readonly kind: 'unknown'; readonly detail: string };

export type TrustStore = {
  /** Where it is, for people. */
  readonly place: string;
  /** @param fingerprint this machine's authority; null where there is none or it cannot be read */
  readonly state: (fingerprint: string | null, now: Date) => Promise<StoreState>;
  /** Adds the certificate in place of an older one of ours. Safe to repeat after a crash. @throws OpenGsaError */
  readonly install: (certificate: string) => Promise<void>;
  /** Takes away every authority for inspection. Safe to repeat after a crash. @throws OpenGsaError */
  readonly remove: () => Promise<void>;
};
