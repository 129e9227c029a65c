// The first argument of Electron's events: what a listener can prevent.

export type PreventableEvent = { readonly defaultPrevented: boolean; readonly preventDefault: () => void };

/** An event with the given properties. */
export function createEvent<T extends object>(properties: T): T & PreventableEvent;
export function createEvent(): PreventableEvent;
export function createEvent(properties: object = {}): PreventableEvent {
  let prevented = false;
  return {
    ...properties,
    get defaultPrevented() {
      return prevented;
    },
    preventDefault() {
      prevented = true;
    },
  };
}
