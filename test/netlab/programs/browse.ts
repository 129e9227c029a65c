// A person's browser without any proxy setting: loads pages one after the other in one Chromium, and prints for each
// `loaded {"text":…,"protocol":…,"ms":…}` or `failed …`. Arguments: Chromium, hash of the trusted key, URLs.
import { chromium, type Page } from 'playwright-core';

const [executablePath = '', keyHash = '', ...urls] = process.argv.slice(2);
const browser = await chromium.launch({
  executablePath,
  args: [
    // Its sandbox does not run as root.
    '--no-sandbox',
    '--no-proxy-server',
    '--no-first-run',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
    // What its maker's services are called is not asked for.
    '--host-resolver-rules=MAP *.googleapis.com ~NOTFOUND, MAP *.google.com ~NOTFOUND',
    `--ignore-certificate-errors-spki-list=${keyHash}`,
  ],
});
const page = await browser.newPage();
for (const url of urls) process.stdout.write(`${await load(page, url)}\n`);
await browser.close();

async function load(from: Page, url: string): Promise<string> {
  const start = performance.now();
  try {
    await from.goto(url);
    const ms = Math.round(performance.now() - start);
    const text = (await from.locator('body').innerText()).trim();
    const protocol = await from.evaluate('performance.getEntriesByType("navigation")[0].nextHopProtocol');
    return `loaded ${JSON.stringify({ text, protocol, ms })}`;
  } catch (error) {
    return `failed ${error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error)}`;
  }
}
