/** When to suggest a pause to somebody who reviews. A suggestion only: nothing here ever stops anybody from working. */

/** One piece of work: from when to when, and for how much of that the person was at it. */
export type WorkSpell = { fromMs: number; toMs: number; activeMs: number };

/** What a person judged in one queue within the last hour, and the number after which they are advised to slow down; `null` where there is none. */
export type QueueLoad = { queue: string; judgedLastHour: number; softCapPerHour: number | null };

export type FatigueRule = {
  /** Active work without a pause after which a break is suggested. */
  breakAfterActiveMs: number;
  /** Time without work that counts as a pause. */
  pauseMs: number;
};

export type Fatigue = {
  activeMsSinceBreak: number;
  judgedLastHour: number;
  /** The cap of the fullest queue, of those worked in the last hour that have one. */
  softCapPerHour: number | null;
  /** `break` before `cap`: who needs a rest is not helped by another queue. */
  nudge: 'break' | 'cap' | null;
};

/**
 * Adds up active time backwards from `nowMs` to the last pause. Time between two spells is a pause when it is long enough, and so is time
 * inside a spell in which the person was not at it: whoever leaves a case open over lunch had lunch. Such a spell still counts, as the first
 * after that pause. Spells may come in any order and may overlap (two cases open at once).
 */
export function fatigueOf(spells: readonly WorkSpell[], loads: readonly QueueLoad[], nowMs: number, rule: FatigueRule): Fatigue {
  const activeMsSinceBreak = activeSincePause(spells, nowMs, rule.pauseMs);
  const capped = loads.flatMap(({ judgedLastHour, softCapPerHour }) => (softCapPerHour === null ? [] : [{ judgedLastHour, softCapPerHour }]));
  const fullest = capped.sort((a, b) => b.judgedLastHour / b.softCapPerHour - a.judgedLastHour / a.softCapPerHour)[0];
  const needsBreak = activeMsSinceBreak >= rule.breakAfterActiveMs;
  const overCap = fullest !== undefined && fullest.judgedLastHour >= fullest.softCapPerHour;
  return {
    activeMsSinceBreak,
    judgedLastHour: loads.reduce((sum, load) => sum + load.judgedLastHour, 0),
    softCapPerHour: fullest?.softCapPerHour ?? null,
    nudge: needsBreak ? 'break' : overCap ? 'cap' : null,
  };
}

function activeSincePause(spells: readonly WorkSpell[], nowMs: number, pauseMs: number): number {
  let activeMs = 0;
  let workedFromMs = nowMs;
  // Of two that ended together the shorter first, so that the order they are told in does not matter.
  for (const spell of [...spells].sort((a, b) => b.toMs - a.toMs || b.fromMs - a.fromMs || b.activeMs - a.activeMs)) {
    if (workedFromMs - spell.toMs >= pauseMs) break;
    const lastedMs = Math.max(0, spell.toMs - spell.fromMs);
    const active = Math.min(Math.max(0, spell.activeMs), lastedMs);
    activeMs += active;
    if (lastedMs - active >= pauseMs) break;
    workedFromMs = Math.min(workedFromMs, spell.fromMs);
  }
  return activeMs;
}
