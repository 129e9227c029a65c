// What comes of a request to enrol or to renew.
import type { EnrollmentError, EnrollmentRefusal } from '../../protocol/enrollment.ts';

export type Refusal = { readonly kind: 'refused' } & EnrollmentError;
export type Outcome<T> = { readonly kind: 'done'; readonly answer: T } | Refusal;

export function refused(error: EnrollmentRefusal, message: string): Refusal {
  return { kind: 'refused', error, message };
}
