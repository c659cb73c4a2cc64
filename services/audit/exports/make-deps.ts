import type { Pool } from 'pg';
import type { Vault } from '@countersign/kit';
import type { TileFolder } from '../log/tile-folder.ts';

/** `fontFiles`: for case files, of letters that our own fonts lack. */
export type MakeDeps = { pool: Pool; vault: Vault; folder: TileFolder; fontFiles?: readonly string[] };
