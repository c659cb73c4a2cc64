import { createHash } from 'node:crypto';
import { contentPolicy } from '@countersign/kit';

const style = 'body{font:16px/1.5 system-ui,sans-serif;max-width:40rem;margin:4rem auto;padding:0 1rem;color:#1b1f24;background:#fff}code{background:#eef1f4;padding:.1em .3em}@media(prefers-color-scheme:dark){body{color:#e6e8ea;background:#14171a}code{background:#262b30}a{color:#8ab4f8}}';

/** What stands at `/` while there is no console to serve. */
export const notBuiltPage = `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Countersign</title><style>${style}</style></head>
<body><main><h1>The console is not built</h1>
<p>Build it with <code>npx -y pnpm@12 --filter @countersign/console build</code> and start Countersign again. <code>COUNTERSIGN_CONSOLE_DIR</code> names the folder that is served here.</p>
<p>Everything else works: the API is described at <a href="/docs">/docs</a>.</p></main></body></html>
`;

/** The one style of the page, by its digest. */
export const notBuiltPolicy = contentPolicy({ 'style-src': [`'sha256-${createHash('sha256').update(style).digest('base64')}'`] });
