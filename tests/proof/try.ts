import { SyntheticLog, bundled } from '/tmp/wt/verify/tests/proof/synthetic.ts';
import { treeOf, rangeParts, writeFile, verifyFile, partParts, selectionParts } from '/tmp/wt/verify/tests/proof/bundle.ts';
import { samplingKey } from '/tmp/wt/verify/tests/proof/story.ts';
import { reportText } from '/tmp/wt/verify/packages/evidence/src/index.ts';
let t = performance.now();
const n = Number(process.argv[2] ?? 300);
const rows = [...new SyntheticLog({ seed: 1, decisions: n }).rows()];
const records = rows.map(bundled);
console.log(rows.length, 'rows', ((performance.now() - t)*1000/rows.length).toFixed(1), 'us each to make');
const sizes = [1, 7, Math.floor(rows.length/2), rows.length - 1, rows.length];
const heads = await treeOf(records.map((r) => r.leaf), sizes);
await writeFile('/tmp/b.tar', rangeParts(records, heads.checkpoints));
t = performance.now();
const report = await verifyFile('/tmp/b.tar', { samplingKeys: [samplingKey] });
console.log(((performance.now() - t)*1000/rows.length).toFixed(1), 'us each to verify');
console.log(reportText({...report, findings: report.findings.slice(0,10)}));
if (n <= 1000) {
const m = sizes.at(-1)!;
await writeFile('/tmp/c.tar', await partParts(records, heads, 100, 999, m));
console.log(reportText(await verifyFile('/tmp/c.tar', { samplingKeys: [samplingKey] })).slice(0,3000));
await writeFile('/tmp/d.tar', await selectionParts(records, heads, (r) => r.index < 20 || String(r.record).includes('d1-7"'), m));
console.log(reportText(await verifyFile('/tmp/d.tar', { samplingKeys: [samplingKey] })).slice(0,3000));
}
