import { hash } from 'node:crypto';
import { verifyFile } from './bundle.ts';
import { openBundle } from '../../packages/evidence/src/index.ts';
const c = process.cpuUsage(); let n = 0;
const report = await verifyFile(process.argv[2] ?? '/tmp/b.tar');
const d = process.cpuUsage(c); n = report.last + 1;
const lines: Buffer[] = [];
let bytes = 0;
for await (const g of (await openBundle(process.argv[2] ?? '/tmp/b.tar')).records()) for (const l of g) if (lines.length < 100000) { lines.push(Buffer.from(l)); bytes += l.length; }
const c2 = process.cpuUsage(); for (const l of lines) hash('sha256', l); const d2 = process.cpuUsage(c2);
const per = (d.user + d.system) / n, base = (d2.user + d2.system) / lines.length;
console.log(report.verdict, per.toFixed(2), 'us cpu/record; line bytes', (bytes/lines.length).toFixed(0), 'hash', base.toFixed(2), 'us; ratio', (base/per).toFixed(3), 'rss', (process.resourceUsage().maxRSS/1024).toFixed(0));
