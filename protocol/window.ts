// What a window asks of the program that shows it, and what it is told: one table for the desktop and for the browser.
import { z } from 'zod';
import { flowRecord } from './flow-record.ts';
import { healthCheckIds } from './health-checks.ts';
import { healthReport } from './health-report.ts';
import { logBundlePart } from './log-bundle.ts';
import { managementMethods } from './management.ts';
import { statusSchema } from './status.ts';
import { diagnosticsTabs } from './window-tabs.ts';

/** Whether the agent can be talked to. It is an axis of its own: a status says nothing about it. */
export const agentLink = z.discriminatedUnion('kind', [
  /** The first attempt is not over. */
  z.object({ kind: z.literal('starting') }),
  z.object({ kind: z.literal('live') }),
  /** Nobody answers on the socket. */
  z.object({ kind: z.literal('absent'), since: z.iso.datetime() }),
  /** This account may not use the socket. */
  z.object({ kind: z.literal('denied'), since: z.iso.datetime(), cause: z.string() }),
  /** Something answers that cannot be talked to: another version, no agent. */
  z.object({ kind: z.literal('refused'), since: z.iso.datetime(), cause: z.string() }),
]);
export type AgentLink = z.infer<typeof agentLink>;

export const windowState = z.object({
  link: agentLink,
  /** The newest that was seen; where the link is not live, it is how things were. Null: none was seen yet. */
  status: statusSchema.nullable(),
});
export type WindowState = z.infer<typeof windowState>;

/** What a person chose about windows. The agent's own settings are the agent's. */
export const windowSettings = z.strictObject({
  theme: z.enum(['system', 'light', 'dark']),
  language: z.enum(['system', 'en', 'de']),
  /** Desktop only; a browser has neither. */
  startAtLogin: z.boolean(),
  notifications: z.boolean(),
});
export type WindowSettings = z.infer<typeof windowSettings>;

/** Pages that a window may have opened in the browser: it names one, and the program knows the address. */
export const windowLinks = ['documentation', 'captive-portal'] as const;
export type WindowLink = (typeof windowLinks)[number];

const none = z.strictObject({});
const done = z.object({});
const savedFile = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('saved'), path: z.string() }),
  z.object({ kind: z.literal('cancelled') }),
]);

/** What the agent does for windows, asked through the person's own process, with that person's rights. */
export const agentCalls = {
  connect: managementMethods.connect,
  disconnect: managementMethods.disconnect,
  pause: managementMethods.pause,
  resume: managementMethods.resume,
  'profile.list': managementMethods['profile.list'],
  'profile.set': managementMethods['profile.set'],
  'person.sign-out': managementMethods['person.sign-out'],
  'egress.refresh': managementMethods['egress.refresh'],
  'seen-as.get': managementMethods['seen-as.get'],
  'seen-as.verify': managementMethods['seen-as.verify'],
  'locations.list': managementMethods['locations.list'],
  'flows.list': managementMethods['flows.list'],
  'policy.test': managementMethods['policy.test'],
  'hostnames.list': managementMethods['hostnames.list'],
  'hostnames.clear': managementMethods['hostnames.clear'],
  'connections.older': managementMethods['connections.older'],
  'connections.close': managementMethods['connections.close'],
  'logs.preview': managementMethods['logs.preview'],
} as const;

/** What the person's own process does for windows. */
export const shellCalls = {
  'state.get': { params: none, result: windowState },
  /** The agent's checks and those of the person's session; also where no agent answers. */
  'health.run': {
    params: z.strictObject({ only: z.array(z.enum(healthCheckIds)).max(healthCheckIds.length).optional() }),
    result: healthReport,
  },
  /** Opens the person's browser where people sign in; the status tells what comes of it. */
  'person.sign-in': { params: none, result: done },
  /** Begins or ends `flows` events. */
  'flows.follow': { params: z.strictObject({ on: z.boolean() }), result: done },
  'settings.get': { params: none, result: windowSettings },
  'settings.set': { params: windowSettings.partial(), result: windowSettings },
  /** Asks the person where; a browser downloads. */
  'file.save': {
    params: z.strictObject({
      name: z.string().regex(/^[a-z0-9][a-z0-9.-]{0,99}$/),
      mediaType: z.enum(['text/csv', 'application/json']),
      text: z.string(),
    }),
    result: savedFile,
  },
  /** Collects a log bundle and asks the person where to put it; a browser downloads, and redacted bundles only. */
  'bundle.save': {
    params: z.strictObject({ redact: z.boolean(), parts: z.array(logBundlePart).min(1).max(20) }),
    result: z.discriminatedUnion('kind', [
      z.object({ kind: z.literal('saved'), path: z.string(), bytes: z.int() }),
      z.object({ kind: z.literal('cancelled') }),
    ]),
  },
  /** Shows the bundle that was saved last in its folder; desktop only. */
  'bundle.show': { params: none, result: done },
  'text.copy': { params: z.strictObject({ text: z.string().max(1024 * 1024) }), result: done },
  'link.open': { params: z.strictObject({ link: z.enum(windowLinks) }), result: done },
  'window.open': {
    params: z.discriminatedUnion('view', [
      z.strictObject({ view: z.literal('status') }),
      z.strictObject({ view: z.literal('diagnostics'), tab: z.enum(diagnosticsTabs).nullable() }),
      z.strictObject({ view: z.literal('settings') }),
    ]),
    result: done,
  },
  'window.close': { params: none, result: done },
} as const;

/** Of the person's own process, what it does the same in the desktop and for the browser. */
export const deskCalls = [
  'health.run',
  'person.sign-in',
] as const satisfies readonly (keyof typeof shellCalls)[];

export const windowCalls = { ...agentCalls, ...shellCalls } as const;
export type WindowCall = keyof typeof windowCalls;
export type WindowCallParams<C extends WindowCall> = z.input<(typeof windowCalls)[C]['params']>;
export type WindowCallResult<C extends WindowCall> = z.output<(typeof windowCalls)[C]['result']>;

/** What windows are told without asking. */
export const windowEvents = {
  state: windowState,
  /** Records that are new or changed, at most four times a second; after `flows.follow` first all that there are. */
  flows: z.array(flowRecord),
  settings: windowSettings,
  /** The window was asked for with this tab. */
  tab: z.enum(diagnosticsTabs),
} as const;
export type WindowEvent = keyof typeof windowEvents;
export type WindowEventValue<E extends WindowEvent> = z.output<(typeof windowEvents)[E]>;
