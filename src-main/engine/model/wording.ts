import { ENGLISH_OUTCOMES, type OutcomeWording } from './outcome-words.ts';
import { ENGLISH_OVERALL, type OverallWording } from './overall.ts';
import { ENGLISH_TIMELINE, type TimelineWording } from './timeline-words.ts';
import { ENGLISH_STATES, type StateWording } from './words.ts';

/**
 * Everything that the model says, in one language: what a translation has to have. The engine, its log and its callers
 * speak English; who shows it to a person may take another one.
 */
export type Wording = StateWording & TimelineWording & OutcomeWording & OverallWording;

export const english: Wording = { ...ENGLISH_STATES, ...ENGLISH_TIMELINE, ...ENGLISH_OUTCOMES, ...ENGLISH_OVERALL };
