// What a test decides before the program starts: read from one environment variable.
import { z } from 'zod';
import { parse } from '../../protocol/parse.ts';

export const settingsVariable = 'OPENGSA_ELECTRON_DOUBLE';

const schema = z.strictObject({
  /** The browser that shows the windows. */
  chromium: z.string(),
  /** What `app.isPackaged` answers. */
  packaged: z.boolean().default(false),
  /** What `process.resourcesPath` names; the app's own folder where it is not given. */
  resources: z.string().optional(),
  /** Whether the operating system is set to dark when the program starts. */
  dark: z.boolean().default(false),
  /** The person's languages, best first. */
  languages: z.tuple([z.string()], z.string()).default(['en-US']),
  /** How the person's session opened the app; `true` as a login item. */
  openedAtLogin: z.boolean().default(false),
});

export type DoubleSettings = z.infer<typeof schema>;
export type DoubleSettingsInput = z.input<typeof schema>;

export const settings: DoubleSettings = parse(
  schema,
  JSON.parse(process.env[settingsVariable] ?? '{"chromium":"/usr/bin/chromium"}'),
  settingsVariable,
);
