import { createHash } from 'node:crypto';
import { contentPolicy } from '@countersign/kit';
import type { SeededPerson } from './people.ts';

const style = `
:root{color-scheme:light dark}
body{font:16px/1.5 system-ui,sans-serif;margin:0;color:#1b1f24;background:#f4f6f8}
main{max-width:44rem;margin:0 auto;padding:2.5rem 1rem}
h1{font-size:1.5rem;margin:0 0 .25rem}
.warning{border:1px solid #b54708;border-radius:6px;padding:.5rem .75rem;margin:1rem 0 1.5rem;background:#fff7ed;color:#7a2e0e}
ul{list-style:none;margin:0;padding:0;display:grid;gap:.5rem;grid-template-columns:repeat(auto-fill,minmax(19rem,1fr))}
button{font:inherit;width:100%;text-align:left;padding:.6rem .8rem;border:1px solid #c3cad1;border-radius:6px;background:#fff;color:inherit;cursor:pointer}
button:hover{border-color:#3b5bdb}
button:focus-visible{outline:3px solid #3b5bdb;outline-offset:2px}
strong{display:block}
.cancel{width:auto;margin-top:1.5rem}
@media(prefers-color-scheme:dark){body{color:#e6e8ea;background:#14171a}button{background:#1f2429;border-color:#4a525a}.warning{background:#3a2410;border-color:#d98b3a;color:#ffd9b0}button:hover,button:focus-visible{border-color:#8ea8ff;outline-color:#8ea8ff}}
`;

/** The one style of the page, by its digest; there is no script. */
export const pagePolicy = contentPolicy({ 'style-src': [`'sha256-${createHash('sha256').update(style).digest('base64')}'`] });

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`);
}

function personButton({ personId, name, roles, does }: SeededPerson): string {
  return `<li><button name="person" value="${escaped(personId)}"><strong>${escaped(name)}</strong><span>${escaped(roles.join(', '))}. ${escaped(does)}.</span></button></li>`;
}

/** A page to pick a person from. One click signs in; nobody is asked for a password, which is why production refuses it. */
export function pickingPage(people: readonly SeededPerson[], action: string): string {
  return page('Sign in', `<h1>Who are you today?</h1>
<p class="warning"><strong>For development only.</strong> Everybody here is made up, and nobody needs a password. Production refuses to start with this page.</p>
<form method="post" action="${escaped(action)}"><ul>${people.map(personButton).join('\n')}</ul><button class="cancel" name="cancel" value="yes">Cancel</button></form>`);
}

/** When the sign-in that the page belongs to is over. */
export function expiredPage(): string {
  return page('Sign-in expired', '<h1>This sign-in is over</h1><p>It took too long, or was finished in another tab. <a href="/">Begin again</a>.</p>');
}

function page(title: string, content: string): string {
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>${title} · Countersign development</title><style>${style}</style></head>
<body><main>${content}</main></body></html>
`;
}
