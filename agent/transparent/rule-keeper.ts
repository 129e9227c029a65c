// Keeps the kernel's rules as they should be: loads them, changes them, and loads them again when they have gone.
import { explain } from '../../protocol/error.ts';
import type { Clock, Timer } from '../clock.ts';
import {
  askForGuard,
  createGuardTable,
  createOwnerTable,
  fillGuardTable,
  fillOwnerTable,
  guardTable,
  line,
  removeBoth,
  removeGuard,
  type RulesetContent,
  type RulesetOptions,
} from '../core/nft-ruleset.ts';
import { type AddressBook, createAddressBook } from './address-book.ts';
import type { NftSession } from './nft-session.ts';

export type RuleKeeper = {
  /**
   * Replaces what is captured and guarded, in one transaction. While nft is being started again it is remembered.
   *
   * @throws OpenGsaError `capture-failed` where nft refuses the rules; what held before holds still
   */
  readonly apply: (content: RulesetContent) => Promise<void>;
  /** The synthetic address leads to `real` from the next turn on; null: to nowhere. */
  readonly setReal: AddressBook['setReal'];
  /** All addresses of names that nobody may reach while the agent is dead. */
  readonly setLearned: AddressBook['setLearned'];
  /** Looks whether the guard stands, and puts it up again where a foreign flush took it away. Never rejects. */
  readonly checkGuard: () => Promise<void>;
  /** Removes both tables and ends the program. Never rejects: what may be left is told to `onFault`. */
  readonly stop: () => Promise<void>;
};

export type KeeperSettings = {
  readonly options: RulesetOptions;
  readonly openSession: (onEnd: (reason: string) => void) => NftSession;
  readonly clock: Clock;
  /** Told in plain words of what went wrong and was mended, or is tried again. */
  readonly onFault: (what: string) => void;
};

const firstRetryMs = 20;
const longestRetryMs = 5_000;

/** @throws OpenGsaError `capture-failed` with nft's words, `not-found` */
export async function startRuleKeeper(
  { options, openSession, clock, onFault }: KeeperSettings,
  first: RulesetContent,
): Promise<RuleKeeper> {
  let content = first;
  let session: NftSession | null = null;
  let stopped = false;
  let retry: Timer | null = null;
  const book = createAddressBook(async (commands) => {
    await session?.run(commands);
    return session !== null;
  }, onFault);

  const guard = (): readonly string[] => [createGuardTable(options), fillGuardTable(content.plan)];
  const load = async (): Promise<void> => {
    let isLoaded = false;
    const opened = openSession((reason) => {
      if (!isLoaded || session !== opened) return;
      session = null;
      onFault(`${reason}: the capture's rules went with it and are loaded again`);
      reload(firstRetryMs);
    });
    // What changes meanwhile has its turn after the load.
    session = opened;
    try {
      const owner = [createOwnerTable(options), fillOwnerTable(options, content)];
      await opened.run(line([...guard(), ...owner, book.fill()]));
      isLoaded = true;
    } catch (error) {
      session = null;
      await opened.stop();
      throw error;
    }
  };
  const reload = (waitMs: number): void => {
    if (stopped) return;
    retry = clock.setTimer(() => {
      load().catch((error: unknown) => {
        onFault(`the capture's rules cannot be loaded: ${explain(error)}`);
        reload(Math.min(longestRetryMs, waitMs * 2));
      });
    }, waitMs);
  };

  await load();
  return {
    apply: async (next) => {
      const asked = session;
      try {
        await asked?.run(line([fillGuardTable(next.plan), fillOwnerTable(options, next)]));
      } catch (error) {
        // What nft refused would be refused again; what it never saw is loaded with the rest.
        if (session === asked) throw error;
      }
      content = next;
    },
    setReal: book.setReal,
    setLearned: book.setLearned,
    checkGuard: async () => {
      const asked = session;
      try {
        await asked?.run(askForGuard);
      } catch {
        if (asked === null || session !== asked) return;
        onFault(`table ${guardTable} was removed by another program and is put up again`);
        const commands = line([...guard(), book.fillGuard()]);
        await asked.run(commands).catch((error: unknown) => onFault(explain(error)));
      }
      // While the guard was away, nothing could be changed in it.
      book.retry();
    },
    stop: async () => {
      stopped = true;
      retry?.cancel();
      // Without a session the owner table is gone already; the guard may stand.
      const commands = session === null ? removeGuard : removeBoth;
      try {
        const last = session ?? openSession(() => undefined);
        session = null;
        await last.run(commands).finally(() => last.stop());
      } catch (error) {
        onFault(`rules may be left: ${explain(error)}`);
      }
    },
  };
}
