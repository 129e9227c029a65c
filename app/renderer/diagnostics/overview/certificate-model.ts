// How long the device's certificate still holds, and when that needs a look.

export type CertificateAge = {
  /** Whole days; negative after its end. */
  readonly daysLeft: number;
  readonly needsLook: boolean;
};

/** Devices renew long before this; where it comes so far, something keeps them from it. */
const lookFromDays = 14;

/** @param now wall clock, ms */
export function certificateAge(expiresAt: string, now: number): CertificateAge {
  const daysLeft = Math.floor((Date.parse(expiresAt) - now) / 86_400_000);
  return { daysLeft, needsLook: daysLeft < lookFromDays };
}
