// Before the scenarios: the app as it is shipped, built from the sources.
import { buildAppIfStale } from '../../app/build/build-app.ts';

export async function setup(): Promise<void> {
  await buildAppIfStale();
}
