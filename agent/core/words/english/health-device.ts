// The words of the checks of the device's own things, in English.
import { plural } from '../../../../protocol/words/forms.ts';

const addDevice = 'run "opengsa-edge devices add NAME --out DIRECTORY" on the edge';

export const deviceHealth = {
  'agent-running': {
    title: 'The agent runs',
    why: 'Without it nothing is captured, and programs that use its proxy reach nothing.',
    answers: 'it answers',
    askOrSwitch: 'ask your administrator, or run the command from the account of the agent',
    start: 'start it: opengsa agent --config agent.yaml, or its service',
  },
  'agent-crashes': {
    title: 'The agent has not crashed in the last 24 hours',
    why: 'Each time open connections are cut, and nothing is captured until it is started again.',
    none: 'none',
    times: (count: number) => `${count} ${plural(count, 'en', 'crash', 'crashes')}`,
    atLeast: (count: number) => `at least ${count} crashes`,
    /** Moments as `2026-11-27T09:12:44Z`. */
    lastly: (start: string, next: string) =>
      `the last time the run from ${start} ended without a word, and the next began at ${next}`,
    gone: (start: string) =>
      `the last time the run from ${start} ended without a word, and none has begun since`,
    withMachine: (count: number) =>
      `${count} ${plural(count, 'en', 'run', 'runs')} ended with the machine and ${plural(count, 'en', 'is', 'are')} not counted`,
    collect:
      'look for "killed" or "out of memory" in the journal of its service, and send that with the file of "opengsa collect-logs" to your administrator',
    makeWritable:
      'see that the disk is not full, and remove that file if it cannot be read; a new one is begun at each start',
  },
  enrolled: {
    title: 'The device is enrolled',
    why: 'The edge lets in only devices that it knows.',
    device: (name: string, organisation: string) => `${name} of ${organisation}`,
    mend: 'mend that file, then restart the agent',
    afterStart: 'the agent was started before the device was enrolled',
    restart: 'restart the agent',
    noDevice: (directory: string) => `${directory} holds no device`,
    add: (directory: string) => `${addDevice}, put the files into ${directory}, then restart the agent`,
  },
  'certificate-valid': {
    title: 'The device certificate is valid',
    why: 'The edge refuses a device whose certificate has run out.',
    none: 'no certificate',
    /** Days as `2026-11-27`. */
    tooEarly: (from: string, today: string) => `not valid before ${from}; this machine says it is ${today}`,
    setClock: "set this machine's clock",
    ranOut: (day: string) => `ran out on ${day}`,
    left: (day: string, days: number) => `until ${day}, ${days} ${plural(days, 'en', 'day', 'days')} left`,
    renew: `${addDevice} for a new one and put its files in place of the old ones`,
  },
  profiles: {
    title: 'The traffic profiles can be read',
    why: 'Destinations of a profile that cannot be read go directly.',
    importAgain: 'import it again: opengsa profile import FILE',
  },
  'microsoft-profile': {
    title: 'The Microsoft profile is on',
    why: 'While it is off, Microsoft 365 and Entra ID are reached directly.',
    on: 'on',
    off: 'switched off',
    nobodyDecides: 'nothing decides while the agent does not run',
  },
  'named-locations': {
    title: 'The named locations can be read',
    why: 'They say in which named location of Entra ID each address falls.',
    importAgain: 'import them again: opengsa locations import FILE, or forget them: opengsa locations clear',
    none: 'none are known',
    known: (count: number) => `${count} known`,
  },
};
