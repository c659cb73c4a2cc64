import { InvalidArgumentError } from 'commander';
import { parseDuration } from '@countersign/core';

/** An argument such as `15m`, in milliseconds. */
export function durationArgument(text: string): number {
  const value = parseDuration(text);
  if (value === undefined) throw new InvalidArgumentError('It must be a duration such as 15m or 2h.');
  return value;
}
