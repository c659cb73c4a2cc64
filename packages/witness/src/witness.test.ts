import { generateKeyPairSync } from 'node:crypto';
import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import {
  emptyEdge, formatCheckpoint, formatNote, frontierOf, growTiles, hashLeaf, openCheckpoint, parseNote, rootOf, signingKey, signNote, tilePath, type Edge, type SigningKey,
} from '@countersign/merkle';
import { fileCheckpoints, httpLog, openWitnessKey, readStatements, StatementFile, Witness, type LogSource, type Observation } from './index.ts';

const origin = 'log.example/audit';
const logKey = signingKey(origin, 'ed25519', generateKeyPairSync('ed25519').privateKey);
const otherKey = signingKey(origin, 'ed25519', generateKeyPairSync('ed25519').privateKey);
const leaf = (text: string) => hashLeaf(Buffer.from(text));
const leaves = (count: number, of = 'leaf') => Array.from({ length: count }, (_, at) => leaf(`${of} ${at}`));

/** A log on a server of its own, which can also lie. */
class LogServer {
  readonly tiles = new Map<string, Uint8Array>();
  readonly submitted: string[] = [];
  checkpoint = '';
  edge: Edge = emptyEdge;
  readonly server: Server = createServer((request, response) => {
    const path = (request.url ?? '').replace('/log/', '');
    if (request.method === 'POST') {
      let body = '';
      request.on('data', (chunk: Buffer) => (body += chunk.toString()));
      request.on('end', () => {
        this.submitted.push(body);
        response.end();
      });
      return;
    }
    const bytes = path === 'checkpoint' ? Buffer.from(this.checkpoint) : this.tiles.get(path);
    response.statusCode = bytes === undefined ? 404 : 200;
    response.end(bytes);
  });

  get prefix(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}/log`;
  }

  grow(hashes: readonly Uint8Array[]): string {
    const { edge, tiles } = growTiles(this.edge, hashes);
    for (const { tile, bytes } of tiles) this.tiles.set(tilePath(tile), Uint8Array.from(bytes.subarray(0, tile.width * 32)));
    this.edge = edge;
    return this.sign();
  }

  sign(key: SigningKey = logKey, root = rootOf(frontierOf(this.edge)), size = this.edge.size): string {
    const text = formatCheckpoint({ origin, size, root, extensions: [] });
    this.checkpoint = formatNote({ text, signatures: [signNote(text, key)] });
    return this.checkpoint;
  }

  /** Forgets everything, as a log would that is made anew with the same key. */
  restart(): void {
    this.tiles.clear();
    this.edge = emptyEdge;
  }
}

let log: LogServer;
let folder: string;
let file: StatementFile;
beforeEach(async () => {
  log = new LogServer();
  await new Promise<void>((resolve) => log.server.listen(0, '127.0.0.1', resolve));
  folder = mkdtempSync(join(tmpdir(), 'countersign-witness-'));
  file = new StatementFile(join(folder, 'statements.jsonl'));
});
afterEach(async () => {
  file[Symbol.dispose]();
  rmSync(folder, { recursive: true });
  log.server.closeAllConnections();
  await new Promise((resolve) => log.server.close(resolve));
});

const witnessKey = () => openWitnessKey(join(folder, 'witness.pem'), 'witness.example/w1').key;
const statements = () => [...readStatements(join(folder, 'statements.jsonl'))];
const watch = (others: readonly LogSource[] = []) => new Witness({ origin, logKeys: [logKey.verifier], key: witnessKey(), log: httpLog(log.prefix), others, statements: statements(), keep: (statement) => file.append(statement) });
const now = new Date('2026-02-03T09:00:00Z');
const alarmOf = ([observation]: readonly Observation[]) => (observation?.outcome === 'alarm' ? observation.alarm.alarm : observation);

describe('an honest log', () => {
  test('is cosigned as it grows, over tile borders and restarts of the witness, in a form that C2SP tools check', async () => {
    let witness = watch();
    for (const [at, count] of [1, 3, 252, 1, 700, 66_000].entries()) {
      log.grow(leaves(count, `batch ${at}`));
      const [seen] = await witness.look(now);
      if (seen?.outcome !== 'cosigned') throw new Error(JSON.stringify(seen));
      const opened = openCheckpoint(seen.note, { origin, logKeys: [logKey.verifier], witnessKeys: [witnessKey().verifier], witnessesMin: 1 });
      expect(opened).toMatchObject({ ok: true, value: { cosignatures: [{ timestampS: now.getTime() / 1000 }] } });
      expect(await witness.look(now)).toEqual([{ outcome: 'unchanged', size: log.edge.size }]);
      if (at % 2 === 0) witness = watch();
    }
    expect(statements().map((statement) => 'alarm' in statement)).toEqual(Array.from({ length: 6 }, () => false));
  });

  test('that cannot be reached, or not whole, is tried again later and accused of nothing', async () => {
    const witness = watch();
    log.grow(leaves(300));
    const lost = log.tiles.get('tile/0/000');
    log.tiles.delete('tile/0/000');
    log.tiles.delete('tile/1/000.p/1');
    expect(await witness.look(now)).toMatchObject([{ outcome: 'cosigned' }]);
    log.grow(leaves(300));
    log.tiles.delete('tile/0/000');
    log.tiles.delete('tile/0/001');
    expect(await witness.look(now)).toMatchObject([{ outcome: 'unavailable' }]);
    expect(statements()).toHaveLength(1);
    expect(lost).toBeDefined();
  });

  test('may publish late elsewhere, as long as it is the same tree', async () => {
    const anchors = join(folder, 'anchors.jsonl');
    const anchor = (note: string) => appendFileSync(anchors, `${JSON.stringify({ checkpoint: note })}\n`);
    anchor(log.grow(leaves(5)));
    const witness = watch([fileCheckpoints(anchors)]);
    log.grow(leaves(400));
    appendFileSync(anchors, '{"checkpoint":"cut o');
    expect((await witness.look(now)).map(({ outcome }) => outcome)).toEqual(['cosigned', 'unchanged']);
  });
});

describe('a file beside the log', () => {
  test('is looked at line by line, each once: a second look asks for no tile', async () => {
    const anchors = join(folder, 'anchors.jsonl');
    for (const count of [5, 300, 40]) appendFileSync(anchors, `${JSON.stringify({ checkpoint: log.grow(leaves(count, `of ${count}`)) })}\n`);
    let asked = 0;
    log.server.on('request', ({ url }) => { asked += Number(url?.includes('/tile/') === true); });
    const witness = watch([fileCheckpoints(anchors)]);
    expect((await witness.look(now)).map(({ outcome }) => outcome)).toEqual(['cosigned', 'unchanged']);
    expect(asked).toBeGreaterThan(0);
    asked = 0;
    expect((await witness.look(now)).map(({ outcome }) => outcome)).toEqual(['unchanged']);
    expect(asked).toBe(0);
    appendFileSync(anchors, `${JSON.stringify({ checkpoint: log.sign() })}\n`);
    expect((await witness.look(now)).map(({ outcome }) => outcome)).toEqual(['unchanged', 'unchanged']);
  });

  test('of which a line could not be looked at is looked at again from there', async () => {
    const anchors = join(folder, 'anchors.jsonl');
    appendFileSync(anchors, `${JSON.stringify({ checkpoint: log.grow(leaves(5)) })}\n`);
    log.grow(leaves(300));
    const tile = log.tiles.get('tile/0/000') ?? new Uint8Array();
    const witness = watch([fileCheckpoints(anchors)]);
    log.tiles.delete('tile/0/000');
    expect((await witness.look(now)).map(({ outcome }) => outcome)).toEqual(['cosigned', 'unavailable']);
    log.tiles.set('tile/0/000', tile);
    expect((await witness.look(now)).map(({ outcome }) => outcome)).toEqual(['unchanged', 'unchanged']);
  });

  test('that was made anew is read from its beginning, and one that is not there is told', async () => {
    const anchors = join(folder, 'anchors.jsonl');
    const note = log.grow(leaves(5));
    const witness = watch([fileCheckpoints(anchors)]);
    expect((await witness.look(now)).map(({ outcome }) => outcome)).toEqual(['cosigned', 'unavailable']);
    writeFileSync(anchors, `${JSON.stringify({ checkpoint: note })}\n`.repeat(3));
    await witness.look(now);
    writeFileSync(anchors, `${JSON.stringify({ checkpoint: note })}\n`);
    expect((await witness.look(now)).map(({ outcome }) => outcome)).toEqual(['unchanged', 'unchanged']);
  });
});

describe('a log that does wrong', () => {
  test('with as many signatures as a note can have ends nothing: it is cosigned with its own', async () => {
    log.grow(leaves(3));
    const parsed = parseNote(log.checkpoint);
    if (!parsed.ok) throw new Error(parsed.reason);
    const junk = Array.from({ length: 99 }, (_, at) => ({ name: `x${at}`, keyId: at, signature: Buffer.alloc(64) }));
    log.checkpoint = formatNote({ text: parsed.value.text, signatures: [...junk, ...parsed.value.signatures] });
    const [seen] = await watch().look(now);
    if (seen?.outcome !== 'cosigned') throw new Error(JSON.stringify(seen));
    expect(openCheckpoint(seen.note, { origin, logKeys: [logKey.verifier], witnessKeys: [witnessKey().verifier], witnessesMin: 1 }).ok).toBe(true);
  });

  test('a tree that was changed and signed again is a fork, with both signed checkpoints as evidence', async () => {
    log.grow(leaves(300));
    const witness = watch();
    const [first] = await witness.look(now);
    log.restart();
    log.grow([leaf('changed'), ...leaves(299).slice(1), ...leaves(200, 'more')]);
    expect(alarmOf(await witness.look(now))).toBe('forked');
    const [repeated] = await witness.look(now);
    expect(repeated).toMatchObject({ outcome: 'alarm', repeated: true });
    const [, alarm, ...more] = statements();
    expect(more).toEqual([]);
    expect(alarm).toMatchObject({ alarm: 'forked', checkpoint: log.checkpoint, held: first?.outcome === 'cosigned' ? first.note : '' });
  });

  test('two trees of one size are a fork', async () => {
    log.grow(leaves(7));
    const witness = watch();
    await witness.look(now);
    log.restart();
    log.grow(leaves(7, 'another'));
    expect(alarmOf(await witness.look(now))).toBe('forked');
  });

  test('a smaller tree is a rollback, also for a witness that was restarted', async () => {
    const older = log.grow(leaves(7));
    log.grow(leaves(7));
    await watch().look(now);
    log.checkpoint = older;
    expect(alarmOf(await watch().look(now))).toBe('rolled-back');
  });

  test('another history in another place is a fork, larger or smaller', async () => {
    const anchors = join(folder, 'anchors.jsonl');
    const elsewhere = new LogServer();
    writeFileSync(anchors, `${JSON.stringify({ checkpoint: elsewhere.grow(leaves(5, 'another')) })}\n${JSON.stringify({ checkpoint: elsewhere.grow(leaves(900)) })}\n`);
    log.grow(leaves(300));
    const seen = await watch([fileCheckpoints(anchors)]).look(now);
    expect(seen.map((observation) => (observation.outcome === 'alarm' ? observation.alarm.alarm : observation.outcome))).toEqual(['cosigned', 'forked', 'unavailable']);
  });

  test('tiles that do not lead to the signed root prove nothing, and are no fork', async () => {
    log.grow(leaves(300));
    const witness = watch();
    await witness.look(now);
    log.grow(leaves(300));
    const tile = log.tiles.get('tile/0/001');
    if (tile === undefined) throw new Error('no tile');
    tile[3] = (tile[3] ?? 0) ^ 1;
    expect(alarmOf(await witness.look(now))).toBe('unproven');
    log.tiles.set('tile/0/001', Buffer.alloc(33));
    expect(alarmOf(await witness.look(now))).toBe('unproven');
    expect(witness.size).toBe(300);
  });

  test('what its key did not sign, or is about another log, is not believed', async () => {
    log.grow(leaves(3));
    log.sign(otherKey);
    expect(alarmOf(await watch().look(now))).toBe('unsigned');
    log.checkpoint = 'not a note';
    expect(alarmOf(await watch().look(now))).toBe('unsigned');
    log.checkpoint = 'x'.repeat(2_000_000);
    expect(await watch().look(now)).toMatchObject([{ outcome: 'unavailable' }]);
    expect(statements().filter((statement) => !('alarm' in statement))).toEqual([]);
  });

  test('cannot fill the disk with complaints', async () => {
    const witness = watch();
    for (let at = 0; at < 1100; at += 1) {
      log.checkpoint = `nonsense ${at}`;
      await witness.look(now);
    }
    expect(statements()).toHaveLength(1000);
  });
});

describe('the witness itself', () => {
  test('says nothing that is not on its disk: a file that cannot be written ends the look', async () => {
    log.grow(leaves(3));
    const witness = new Witness({ origin, logKeys: [logKey.verifier], key: witnessKey(), log: httpLog(log.prefix), statements: [], keep: () => { throw new Error('ENOSPC'); } });
    await expect(witness.look(now)).rejects.toThrow('ENOSPC');
    expect(witness.size).toBe(0);
  });

  test('a line that a crash cut off is cut away, and the work goes on', async () => {
    log.grow(leaves(3));
    await watch().look(now);
    appendFileSync(join(folder, 'statements.jsonl'), '{"at":"2026');
    file[Symbol.dispose]();
    file = new StatementFile(join(folder, 'statements.jsonl'));
    log.grow(leaves(3));
    expect(await watch().look(now)).toMatchObject([{ outcome: 'cosigned', from: 3 }]);
    expect(statements()).toHaveLength(2);
  });

  test('a file that somebody changed is not believed', async () => {
    log.grow(leaves(3));
    await watch().look(now);
    const path = join(folder, 'statements.jsonl');
    writeFileSync(path, readFileSync(path, 'utf8').replace('\\n3\\n', '\\n2\\n'));
    expect(() => watch()).toThrow(RangeError);
    writeFileSync(path, 'nonsense\n');
    expect(() => watch()).toThrow(/statements\.jsonl:1/);
  });

  test('keeps its key, readable by its owner alone, and refuses what is none', () => {
    const path = join(folder, 'witness.pem');
    const first = openWitnessKey(path, 'w');
    expect(openWitnessKey(path, 'w')).toMatchObject({ made: false, verifier: first.verifier });
    expect(first.made).toBe(true);
    writeFileSync(path, 'nonsense');
    expect(() => openWitnessKey(path, 'w')).toThrow(RangeError);
  });
});
