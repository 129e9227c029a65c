// A profile as the text of its file. The same profile always gives the same bytes.
import type { Profile } from '../../protocol/profile.ts';

export function formatProfile(profile: Profile): string {
  return `${JSON.stringify(profile, null, 2)}\n`;
}
