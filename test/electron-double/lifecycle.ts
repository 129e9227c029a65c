// How far the program's life has come: what several of the double's modules ask and only `app` changes.

export const lifecycle = {
  /** Whether `ready` has been raised. */
  ready: false,
  /** Whether `app.quit` is under way or done. */
  quitting: false,
};
