/** What a condition compares with texts: read from its syntax tree, so that quotes and brackets do not matter. */

import type { ASTNode } from '@marcbachmann/cel-js';

/** `subject` is `output.label` or an attribute; `offset` is where the text stands in the condition. */
export type Comparison = { subject: string; text: string; offset: number };

/** Every `==`, `!=` and `in` between the label or an attribute and texts that are written out. */
export function comparisonsIn(node: ASTNode): Comparison[] {
  return [...comparisonsOf(node), ...childrenOf(node.args).flatMap(comparisonsIn)];
}

/** Where texts are matched by a pattern. */
export function patternsIn(node: ASTNode): number[] {
  const called = node.op === 'rcall' || node.op === 'call' ? node.args[0] : undefined;
  return [...(called === 'matches' ? [node.start] : []), ...childrenOf(node.args).flatMap(patternsIn)];
}

function comparisonsOf(node: ASTNode): Comparison[] {
  if (node.op !== '==' && node.op !== '!=' && node.op !== 'in') return [];
  const [left, right] = node.args;
  const [subject, other] = subjectOf(left) === undefined ? [subjectOf(right), left] : [subjectOf(left), right];
  if (subject === undefined) return [];
  const texts = node.op === 'in' && other.op === 'list' ? other.args : [other];
  return texts.flatMap((text) => (text.op === 'value' && typeof text.args === 'string' ? [{ subject, text: text.args, offset: text.start }] : []));
}

function subjectOf(node: ASTNode): string | undefined {
  if (node.op === 'id') return node.args;
  if (node.op !== '.' && node.op !== '[]') return undefined;
  const [whole, part] = node.args;
  const name = typeof part === 'string' ? part : part.op === 'value' ? part.args : undefined;
  return whole.op === 'id' && whole.args === 'output' && name === 'label' ? 'output.label' : undefined;
}

/** The nodes among the arguments of one, however they are nested: each kind of node has a shape of its own. */
function childrenOf(args: unknown): ASTNode[] {
  if (Array.isArray(args)) return args.flatMap(childrenOf);
  return typeof args === 'object' && args !== null && 'op' in args ? [args as ASTNode] : [];
}
