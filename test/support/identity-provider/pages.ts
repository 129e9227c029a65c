// The provider's pages: plain HTML without scripts, one layout, readable in light and dark and by screen readers.

export type Page = { readonly status: number; readonly html: string };

export type SignInForm = {
  readonly action: string;
  /** The application that asked for the sign-in. */
  readonly app: string;
  /** Where the sign-in comes from, as the log will say. */
  readonly address: string;
  readonly username: string;
  /** Shown above the form after a failed attempt. */
  readonly error: string | null;
};

/** The sign-in form. Field names are `username` and `password`. */
export function signInPage(form: SignInForm): Page {
  const error =
    form.error === null
      ? ''
      : `<p class="error" role="alert" id="error"><strong>Not signed in.</strong> ${escape(form.error)}</p>`;
  const described = form.error === null ? '' : ' aria-describedby="error" aria-invalid="true"';
  return page(
    form.error === null ? 200 : 401,
    'Sign in',
    `<p class="lead">to continue to <strong>${escape(form.app)}</strong></p>
    ${error}
    <form method="post" action="${escape(form.action)}">
      <label for="username">User name</label>
      <input id="username" name="username" type="email" autocomplete="username" autocapitalize="none"
        spellcheck="false" placeholder="name@contoso.test" value="${escape(form.username)}" required${form.error === null ? ' autofocus' : ''}${described}>
      <label for="password">Password</label>
      <input id="password" name="password" type="password" autocomplete="current-password" required${form.error === null ? '' : ' autofocus'}${described}>
      <button type="submit">Sign in</button>
    </form>`,
    form.address,
  );
}

/** Asks the person to let the application know who they are; posting the form says yes. */
export function consentPage(form: Pick<SignInForm, 'action' | 'app' | 'address'>): Page {
  return page(
    200,
    'Allow access',
    `<p class="lead"><strong>${escape(form.app)}</strong> wants to know your name and user name.</p>
    <form method="post" action="${escape(form.action)}">
      <button type="submit">Allow</button>
    </form>`,
    form.address,
  );
}

export function signedInPage(address: string, policy: string): Page {
  return page(
    200,
    'You are signed in',
    `<p class="lead">The sign-in was allowed by the policy <strong>${escape(policy)}</strong>.</p>
    <p><a class="button" href="/">Sign in again</a></p>`,
    address,
  );
}

export function blockedPage(address: string, reason: string): Page {
  return page(
    403,
    'You cannot sign in from here',
    `<p class="error" role="alert"><strong>Blocked by policy.</strong> ${escape(reason)}</p>
    <p>Your user name and password were right. Connect from a trusted network, or ask your administrator.</p>
    <p><a class="button" href="/">Try again</a></p>`,
    address,
  );
}

export function faultPage(status: number, text: string, address: string): Page {
  return page(
    status,
    'Something went wrong',
    `<p class="error" role="alert">${escape(text)}</p><p><a class="button" href="/">Start again</a></p>`,
    address,
  );
}

function page(status: number, title: string, body: string, address: string): Page {
  return {
    status,
    html: `<!doctype html>
<html lang="en">
<head>
  <meta charset="utf-8">
  <meta name="viewport" content="width=device-width, initial-scale=1">
  <title>${title} · Contoso</title>
  <style>${style}</style>
</head>
<body>
  <main>
    <p class="brand"><svg viewBox="0 0 16 16" aria-hidden="true"><path d="M13 4.2A6.3 6.3 0 1 0 13 11.8"/></svg>Contoso</p>
    <h1>${title}</h1>
    ${body}
  </main>
  <footer>Seen as <strong>${escape(address)}</strong>, and logged with this address.</footer>
</body>
</html>
`,
  };
}

const style = `
:root { color-scheme: light dark; --ink: #242424; --soft: #5c5c5c; --card: #fff; --ground: #f3f4f6; --edge: #d1d1d1;
  --field: #767676; --brand: #0f6cbd; --brand-over: #115ea3; --on-brand: #fff; --bad: #b10e1c; --bad-ground: #fdf3f4; }
@media (prefers-color-scheme: dark) { :root { --ink: #fff; --soft: #c2c2c2; --card: #292929; --ground: #1a1a1a;
  --edge: #525252; --field: #adadad; --brand: #479ef5; --brand-over: #62abf5; --on-brand: #0a0a0a; --bad: #ee9aa3;
  --bad-ground: #3b2126; } }
* { box-sizing: border-box; }
body { margin: 0; min-height: 100vh; display: flex; flex-direction: column; align-items: center; justify-content: center;
  gap: 20px; padding: 24px 16px; background: var(--ground); color: var(--ink);
  font: 14px/20px 'Segoe UI', system-ui, -apple-system, Cantarell, 'Noto Sans', Roboto, Arial, sans-serif; }
main { width: 100%; max-width: 400px; padding: 36px 40px 40px; background: var(--card); border: 1px solid var(--edge);
  border-radius: 8px; box-shadow: 0 2px 8px rgb(0 0 0 / 8%); }
.brand { display: flex; align-items: center; gap: 8px; margin: 0 0 20px; font-size: 16px; font-weight: 600; color: var(--soft); }
.brand svg { width: 20px; height: 20px; fill: none; stroke: var(--brand); stroke-width: 3; stroke-linecap: round; }
h1 { margin: 0 0 8px; font-size: 24px; line-height: 32px; font-weight: 600; }
.lead { margin: 0 0 20px; color: var(--soft); }
.lead strong { color: var(--ink); font-weight: 600; }
label { display: block; margin: 16px 0 4px; font-weight: 600; }
input { width: 100%; height: 36px; padding: 0 10px; font: inherit; color: inherit; background: var(--card);
  border: 1px solid var(--field); border-radius: 4px; }
input::placeholder { color: var(--soft); }
button, .button { display: block; width: 100%; min-height: 36px; margin-top: 24px; padding: 8px 12px; font: inherit; font-weight: 600;
  text-align: center; text-decoration: none; color: var(--on-brand); background: var(--brand); border: 0; border-radius: 4px; cursor: pointer; }
button:hover, .button:hover { background: var(--brand-over); }
:focus-visible { outline: 2px solid var(--brand); outline-offset: 2px; }
.error { margin: 12px 0 16px; padding: 10px 12px; color: var(--ink); background: var(--bad-ground); border-left: 4px solid var(--bad); border-radius: 4px; }
footer { max-width: 400px; color: var(--soft); text-align: center; }
footer strong { color: var(--ink); font-weight: 600; font-variant-numeric: tabular-nums; }
`;

function escape(text: string): string {
  const entities: Record<string, string> = {
    '&': '&amp;',
    '<': '&lt;',
    '>': '&gt;',
    '"': '&quot;',
    "'": '&#39;',
  };
  return text.replaceAll(/[&<>"']/g, (character) => entities[character] ?? '');
}
